package dev.pathline.engine.training;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Trajectories;
import dev.pathline.engine.data.augment.Augmentation;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.RowLayout;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Training of a diffusion model, with the label dropped now and then for classifier-free guidance. */
public final class DenoisingTask extends DatasetTask {

    private final Objective objective;
    private final Recipe recipe;
    private final Augmentation augmentation;
    private final int nullLabel;
    private final double labelDropout;
    private final List<Parameter> delivered;
    private final @Nullable Teacher teacher;

    /**
     * A task without a teacher.
     *
     * @param network has inputs {@code x} and {@code time}, {@code label} if {@code nullLabel >= 0}, and
     *        {@code augmentation} if the augmentation has labels
     * @param delivered the parameters that the finished model has
     * @param augmentation how samples are varied; its vector is told to a network that takes one
     * @param nullLabel the index that means 'no label', or -1 for a network without labels
     * @param labelDropout the share of rows whose label is dropped (arXiv 2207.12598)
     * @throws IllegalArgumentException if the network takes samples of another shape or other inputs than the objective
     *         gives, or has classes and the data none
     */
    public DenoisingTask(Network network, List<Parameter> delivered, Objective objective, Dataset data,
            AugmentationSettings augmentation, int batchSize, int nullLabel, double labelDropout, long seed) {
        this(network, delivered, objective, data, augmentation, batchSize, nullLabel, labelDropout, seed, null);
    }

    /**
     * A task whose targets may be taken from a teacher; the other parameters and errors are the shorter constructor's.
     *
     * @param teacher takes samples of the same shape; null for an objective without
     * @throws IllegalArgumentException if the objective has no use for the teacher, or needs one; or if it needs
     *         trajectories, and the data are none
     */
    public DenoisingTask(Network network, List<Parameter> delivered, Objective objective, Dataset data,
            AugmentationSettings augmentation, int batchSize, int nullLabel, double labelDropout, long seed,
            @Nullable Teacher teacher) {
        super(network, data, batchSize, seed);
        this.objective = objective;
        this.recipe = objective.recipe();
        this.augmentation = augmentation.of(data.shape());
        this.nullLabel = nullLabel;
        this.labelDropout = labelDropout;
        this.delivered = List.copyOf(delivered);
        this.teacher = teacher;
        if (nullLabel >= 0) {
            requireLabels();
        }
        TaskRules.requireInputs(network, recipe);
        TaskRules.requireTeacher(network, recipe, teacher);
        TaskRules.requireTrajectories(objective, data, augmentation);
    }

    @Override
    public Loss loss() {
        return new Loss.Target(recipe);
    }

    @Override
    public @Nullable Teacher teacher() {
        return teacher;
    }

    @Override
    public @Nullable MovingAverage targetAverage() {
        return recipe.evaluates(Source.AVERAGE) ? new MovingAverage.OfTargets(objective::targetDecay) : null;
    }

    @Override
    public Map<String, Long> noConditions() {
        return nullLabel < 0 ? Map.of() : Map.of(InputNames.LABEL, (long) nullLabel);
    }

    @Override
    public LossLimit lossLimit() {
        return objective.lossMayRise() ? LossLimit.OFF : LossLimit.DEFAULT;
    }

    @Override
    public List<Parameter> delivered() {
        return delivered;
    }

    /** @throws IllegalArgumentException if a micro-batch is so small that an evaluation of a share has no row of it */
    @Override
    public Batch batch(long step, int microBatches) {
        int part = batchSize() / microBatches;
        TaskRules.requireShares(recipe, part);
        var random = random(step);
        int size = data().sampleSize();
        float[] sample = new float[size];
        float[] samples = new float[batchSize() * size];
        float[] done = new float[batchSize() * augmentation.labels()];
        float[] noise = new float[samples.length];
        RowLayout layout = recipe.layout();
        float[] rows = new float[batchSize() * layout.width()];
        long[] labels = new long[nullLabel < 0 ? 0 : batchSize()];
        List<Double> states = data() instanceof Trajectories trajectories ? trajectories.times() : List.of();
        var row = new Row(recipe);
        int[] earlier = new int[batchSize()];
        for (int i = 0; i < batchSize(); i++) {
            int index = index(step, i);
            row.clear();
            data().copy(index, sample, 0);
            augmentation.apply(sample, samples, i * size, done, i * augmentation.labels(), random);
            objective.draw(new Drawing(random, step, i % part, part, states), row);
            if (!row.isFinite()) {
                throw new TrainingException("the objective has no finite numbers at a noise level of ln(sigma/alpha) = "
                        + row.at(layout.noiseLevel()) + ": draw times that keep away from it, or take another teacher");
            }
            row.copyTo(rows, i * layout.width());
            boolean dropped = random.nextDouble() < labelDropout;
            if (nullLabel >= 0) {
                labels[i] = dropped ? nullLabel : data().label(index);
            }
            earlier[i] = row.earlier();
            if (row.later() >= 0 && data() instanceof Trajectories trajectories) {
                trajectories.copyState(index, row.later(), samples, i * size);
            }
        }
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        if (data() instanceof Trajectories trajectories) {
            for (int i = 0; i < batchSize(); i++) {
                if (earlier[i] >= 0) {
                    trajectories.copyState(index(step, i), earlier[i], noise, i * size);
                }
            }
        }
        return new Batch(step, samples, noise, rows, layout.noiseLevel(),
                nullLabel < 0 ? Map.of() : Map.of(InputNames.LABEL, labels),
                done.length == 0 ? Map.of() : Map.of(InputNames.AUGMENTATION, done));
    }
}
