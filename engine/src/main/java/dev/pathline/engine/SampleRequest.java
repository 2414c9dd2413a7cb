package dev.pathline.engine;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.IdleSetting;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.sampling.SamplerListener;
import dev.pathline.engine.sampling.SamplingException;
import dev.pathline.engine.sampling.SlotListener.Preview;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is asked of a {@link Model}: a value, whose methods return another one, until one of them makes the samples. The same
 * request gives the same samples each time: what {@code ./pathline sample} makes by the same settings, in the same numeric
 * profile.
 *
 * <p>What is not set is the model's default, as its card has it; one sample is made, from a seed that is drawn when the request
 * begins. The methods that make samples throw
 * <ul>
 * <li>{@link InvalidSettingException} if the model does not accept a setting; the message says what it would accept,
 * <li>{@link SamplingException} if the network's output is not finite,
 * <li>{@link IllegalStateException} if the model is closed, or the calling thread is interrupted.
 * </ul>
 */
public final class SampleRequest {

    private static final Logger LOG = LoggerFactory.getLogger(SampleRequest.class);

    private final Model model;
    private final int label;
    private final int count;
    private final long seed;
    private final SamplingSettings settings;
    private final @Nullable Solver solver;
    private final @Nullable Consumer<SampleStep> listener;

    private SampleRequest(Model model, int label, int count, long seed, SamplingSettings settings,
            @Nullable Solver solver, @Nullable Consumer<SampleStep> listener) {
        this.model = model;
        this.label = label;
        this.count = count;
        this.seed = seed;
        this.settings = settings;
        this.solver = solver;
        this.listener = listener;
    }

    static SampleRequest of(Model model, int label, boolean labelled, long seed) {
        return new SampleRequest(model, label, 1, seed, SamplingSettings.defaults(labelled), null, null);
    }

    private SampleRequest with(UnaryOperator<SamplingSettings> change) {
        return new SampleRequest(model, label, count, seed, change.apply(settings), solver, listener);
    }

    /** Returns this request with another seed. */
    public SampleRequest seed(long value) {
        return new SampleRequest(model, label, count, value, settings, solver, listener);
    }

    /** Returns the seed. */
    public long seed() {
        return seed;
    }

    /**
     * Returns this request for another number of samples. Sample {@code i} starts from the same noise whatever the number is; its
     * last bits may differ, for evaluations of another size are summed in another order.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public SampleRequest count(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("the number of samples must be at least 1, not " + value);
        }
        return new SampleRequest(model, label, value, seed, settings, solver, listener);
    }

    /** Returns this request with another number of solver steps, 1 to 1000. */
    public SampleRequest steps(int value) {
        return with(settings -> settings.withSteps(value));
    }

    /** Returns this request with one of the solvers by name; {@code docs/solvers.md} lists them. */
    public SampleRequest solver(String name) {
        return new SampleRequest(model, label, count, seed, settings.withSolver(name), null, listener);
    }

    /** Returns this request with a solver, which may be the caller's own. */
    public SampleRequest solver(Solver value) {
        return new SampleRequest(model, label, count, seed, settings, value, listener);
    }

    /** Returns this request with a time grid by name. */
    public SampleRequest timeGrid(String name) {
        return with(settings -> settings.withTimeGrid(name));
    }

    /**
     * Returns this request with the times of the schedule at which the steps start, decreasing: a step each, instead of a
     * number of steps and a time grid.
     */
    public SampleRequest times(double... values) {
        return with(settings -> settings.withTimes(Arrays.stream(values).boxed().toList()));
    }

    /** Returns this request with another guidance scale, 0 to 30; 1 is off. */
    public SampleRequest cfgScale(double value) {
        return with(settings -> settings.withCfgScale(value));
    }

    /** Returns this request with guidance only between two noise levels, in {@code sigma/alpha}. */
    public SampleRequest cfgInterval(double low, double high) {
        return with(settings -> settings.withCfgInterval(new CfgInterval(low, high)));
    }

    /** Returns this request with guidance brought back to the spread of the labelled prediction, 0 (off) to 1. */
    public SampleRequest cfgRescale(double value) {
        return with(settings -> settings.withCfgRescale(value));
    }

    /** Returns this request with another stochasticity, 0 to 1, for a solver that has it. */
    public SampleRequest eta(double value) {
        return with(settings -> settings.withEta(value));
    }

    /**
     * Returns this request with other options of the solver: {@code new SolverOptions.Churn(40, 0.05, 50, 1.003)} for
     * {@code edm-stochastic}, say.
     *
     * @param value of the type that the solver has, in the ranges of {@link dev.pathline.diffusion.solver.SolverOption}; what is
     *        none of that is refused when samples are made
     */
    public SampleRequest options(SolverOptions value) {
        return with(settings -> settings.withOptions(value.values()));
    }

    /** Returns this request with another threshold of predictions: {@code none}, {@code clip} or {@code dynamic}. */
    public SampleRequest threshold(String name) {
        return with(settings -> settings.withThreshold(name));
    }

    /** Returns this request with another relation of the noise of a stochastic solver's steps. */
    public SampleRequest noise(String name) {
        return with(settings -> settings.withNoise(name));
    }

    /**
     * Returns this request with a listener, which hears of every step of every sample. It is called by the thread that computes,
     * which waits for it: what takes long is to be handed over. What it throws ends the request.
     */
    public SampleRequest onStep(Consumer<SampleStep> value) {
        return new SampleRequest(model, label, count, seed, settings, solver, value);
    }

    /**
     * Returns the plan of each sample: its stages and what they cost, known before anything is computed.
     *
     * @throws InvalidSettingException if the model does not accept a setting
     */
    public SamplingPlan plan() {
        return solver == null
                ? Planner.plan(model.card(), settings)
                : Planner.plan(model.card(), settings, solver);
    }

    /**
     * Makes one sample of a model of pictures.
     *
     * @return the picture in sRGB, of the sample's height and width
     * @throws IllegalArgumentException if samples of the model are no pictures
     * @throws IllegalStateException if the request is for more samples
     */
    public BufferedImage image() {
        requirePictures();
        requireOne("images()");
        return images().getFirst();
    }

    /**
     * Makes the samples of a model of pictures.
     *
     * @return the pictures in sRGB
     * @throws IllegalArgumentException if samples of the model are no pictures
     */
    public List<BufferedImage> images() {
        requirePictures();
        int[] shape = shape();
        return samples().stream().map(sample -> SamplePictures.of(sample, shape)).toList();
    }

    /**
     * Makes one sample.
     *
     * @return its numbers, the last index of the card's shape fastest
     * @throws IllegalStateException if the request is for more samples
     */
    public float[] values() {
        requireOne("samples() or array()");
        return samples().getFirst();
    }

    /**
     * Makes the samples.
     *
     * @return their numbers, an array of shape {@code [count, ...]}
     */
    public NpyArray array() {
        List<float[]> samples = samples();
        int size = model.card().dimension();
        float[] all = new float[Math.multiplyExact(samples.size(), size)];
        for (int i = 0; i < samples.size(); i++) {
            System.arraycopy(samples.get(i), 0, all, i * size, size);
        }
        return new NpyArray(IntStream.concat(IntStream.of(samples.size()), IntStream.of(shape())).toArray(), all);
    }

    /**
     * Makes the samples.
     *
     * @return the numbers of each, the last index of the card's shape fastest
     */
    public List<float[]> samples() {
        SamplingPlan plan = plan();
        IdleSetting.of(model.card(), settings, plan).forEach(idle -> LOG.warn("{}", idle.reason()));
        int[] labels = new int[count];
        Arrays.fill(labels, label);
        return model.samples(plan, labels, seed, new PhiloxNoise(), steps(plan));
    }

    /**
     * Makes the samples and writes them to a file that appears whole or not at all.
     *
     * @param file with {@code .npy} all of them as numbers, with {@code .png} one picture
     * @throws IllegalArgumentException if the file is neither, or samples of the model are no pictures
     * @throws IllegalStateException if there are more samples than the file holds
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy")) {
            NpyArray array = array();
            AtomicFiles.write(file, Npy.encode(array.values(), array.shape()));
        } else if (name.endsWith(".png")) {
            requirePictures();
            requireOne("images(), or save them to a file that ends in .npy");
            var png = new ByteArrayOutputStream();
            ImageIO.write(image(), "png", png);
            AtomicFiles.write(file, png.toByteArray());
        } else {
            throw new IllegalArgumentException(
                    "samples are written to a file that ends in .png or .npy, not to " + file);
        }
    }

    private int[] shape() {
        return model.card().shape().stream().mapToInt(Integer::intValue).toArray();
    }

    private void requirePictures() {
        ModelCard card = model.card();
        if (!card.isPicture()) {
            throw new IllegalArgumentException("samples of model '" + card.name() + "' have shape " + card.shape()
                    + " and are no pictures; ask for values() or array()");
        }
    }

    private void requireOne(String instead) {
        if (count != 1) {
            throw new IllegalStateException("the request is for " + count + " samples; ask for " + instead);
        }
    }

    private SamplerListener steps(SamplingPlan plan) {
        Consumer<SampleStep> heard = listener;
        if (heard == null) {
            return SamplerListener.NONE;
        }
        int[] shape = shape();
        return new SamplerListener() {
            @Override
            public Preview preview(int sample, int step) {
                return Preview.DENOISED;
            }

            @Override
            public void stepped(int sample, int step, double sigma, float[] preview) {
                heard.accept(new SampleStep(sample, step + 1, plan.steps(), sigma, new NpyArray(shape.clone(),
                        preview)));
            }
        };
    }
}
