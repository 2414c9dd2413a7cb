package dev.pathline.engine;

import dev.pathline.engine.script.ProcessorFeatures;
import dev.pathline.engine.script.NumericProfile;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/** The CPU and its compute thread, shared by all tests of a JVM, and small helpers. */
public final class TestDevice {

    public static final Torch TORCH = Torch.open("cpu");
    public static final ComputeThread THREAD = new ComputeThread("test-compute",
            Runtime.getRuntime().availableProcessors());

    private TestDevice() {}

    /** Runs a test's body on the compute thread. */
    public static <T> T on(Callable<T> body) {
        return THREAD.call(body);
    }

    /** Weights whose every branch counts: no zeros, even where training would start at zero. */
    public static Map<String, TensorData> randomWeights(Network network, long seed) {
        var weights = new LinkedHashMap<String, TensorData>();
        for (Parameter p : network.parameters()) {
            float[] values = Initializer.values(p, seed);
            if (!(p.initializer() instanceof Initializer.Uniform)) {
                var random = new SplittableRandom(seed + p.name().hashCode());
                double fan = p.shape().size() > 1 ? (double) p.size() / p.shape().getFirst() : 25;
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) (random.nextGaussian() / Math.sqrt(fan));
                }
            }
            weights.put(p.name(), new TensorData(p.shape(), values));
        }
        return weights;
    }

    public static List<NDArray> onDevice(NDManager manager, Network network, Map<String, TensorData> weights) {
        var arrays = new ArrayList<NDArray>();
        for (Parameter p : network.parameters()) {
            arrays.add(manager.create(weights.get(p.name()).values(), shape(p.shape())));
        }
        return arrays;
    }

    public static Shape shape(List<Integer> dims) {
        return new Shape(dims.stream().mapToLong(Integer::longValue).toArray());
    }

    public static float[] gaussian(int size, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    public static double maxDifference(float[] a, float[] b) {
        double max = 0;
        for (int i = 0; i < a.length; i++) {
            max = Math.max(max, Math.abs(a[i] - b[i]));
        }
        return max;
    }

    /** Returns whether this processor computes in a profile: packed bfloat16 needs instructions that not every one has. */
    public static boolean runs(NumericProfile profile) {
        return !profile.packed() || profile.precision() != NumericProfile.Precision.BFLOAT16
                || NumericProfile.ofProcessor(ProcessorFeatures.here()).contains(profile);
    }
}
