package dev.pathline.engine.data;

import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;

/**
 * Points of {@code sum_k w_k N(mean_k, std_k^2 I)}, whose score is known in closed form: for tests and for toys. Point
 * {@code i} is a function of the seed and {@code i} alone, and nothing is stored.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class MixtureDataset implements Dataset {

    /** The size of a set that does not end: every index there is. */
    public static final int ENDLESS = Integer.MAX_VALUE;

    /** The stage of the noise that makes points; far from those of plans, should a seed be used for both. */
    private static final int STAGE = 1 << 30;

    private static final int POINT = 0;
    private static final int COMPONENT = 1;

    private final List<Component> components;
    private final double[] shares;
    private final int dimension;
    private final int size;
    private final long seed;
    private final boolean labelled;
    private final PhiloxNoise noise = new PhiloxNoise();
    private final Summary summary;

    /**
     * A sample of a mixture.
     *
     * @param components all of one dimension; their weights need not sum to 1
     * @param size the number of points, or {@link #ENDLESS}
     * @param seed another seed gives other points
     * @param labelled whether the component that a point is from is its label, or points have none
     * @throws IllegalArgumentException if there is no component, their dimensions differ, or the size is not positive
     */
    public MixtureDataset(List<Component> components, int size, long seed, boolean labelled) {
        if (components.stream().map(component -> component.mean().size()).distinct().count() != 1
                || components.getFirst().mean().isEmpty()) {
            throw new IllegalArgumentException("a mixture needs components of one dimension, not " + components);
        }
        if (size < 1) {
            throw new IllegalArgumentException("a mixture needs at least one point, not " + size);
        }
        this.components = List.copyOf(components);
        this.dimension = components.getFirst().mean().size();
        this.size = size;
        this.seed = seed;
        this.labelled = labelled;
        double total = components.stream().mapToDouble(Component::weight).sum();
        this.shares = components.stream().mapToDouble(component -> component.weight() / total).toArray();
        this.summary = summarize();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Integer> shape() {
        return List.of(dimension);
    }

    @Override
    public int label(int index) {
        return labelled ? component(index) : NO_LABEL;
    }

    private int component(int index) {
        Objects.checkIndex(index, size);
        // Two normals are the corner of an angle that is uniform.
        double[] pair = new double[2];
        noise.fill(new NoiseKey(seed, index, STAGE, COMPONENT), pair);
        double rest = StrictMath.atan2(pair[1], pair[0]) / (2 * Math.PI) + 0.5;
        for (int k = 0; k < shares.length - 1; k++) {
            rest -= shares[k];
            if (rest < 0) {
                return k;
            }
        }
        return shares.length - 1;
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        Component component = components.get(component(index));
        double[] normals = new double[dimension];
        noise.fill(new NoiseKey(seed, index, STAGE, POINT), normals);
        for (int i = 0; i < dimension; i++) {
            target[offset + i] = (float) (component.mean().get(i) + component.std() * normals[i]);
        }
    }

    /** Returns that of the mixture itself, of which every finite sample has a little more or less. */
    @Override
    public double standardDeviation() {
        return summary.standardDeviation();
    }

    @Override
    public String sha256() {
        return summary.sha256();
    }

    private Summary summarize() {
        MessageDigest digest = Summary.digest(shape());
        ByteBuffer head = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + 1).putLong(seed).putInt(size)
                .put((byte) (labelled ? 1 : 0));
        digest.update(head.array());
        double mean = 0;
        double squares = 0;
        for (int k = 0; k < shares.length; k++) {
            Component component = components.get(k);
            ByteBuffer numbers = ByteBuffer.allocate((2 + dimension) * Double.BYTES);
            numbers.putDouble(component.weight()).putDouble(component.std());
            for (double coordinate : component.mean()) {
                numbers.putDouble(coordinate);
                mean += shares[k] * coordinate / dimension;
                squares += shares[k] * (coordinate * coordinate + component.std() * component.std()) / dimension;
            }
            digest.update(numbers.array());
        }
        return Summary.of(Math.sqrt(squares - mean * mean), digest, new int[0]);
    }
}
