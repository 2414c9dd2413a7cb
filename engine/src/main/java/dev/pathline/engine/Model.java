package dev.pathline.engine;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.sampling.SamplerListener;
import dev.pathline.engine.sampling.SamplingException;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model of a checkpoint, ready to make samples:
 *
 * <pre>{@code
 * try (var model = Model.open(Path.of("models/fashion-flow/1"))) {
 *     BufferedImage bag = model.sample("bag").seed(7).image();
 * }
 * }</pre>
 *
 * <p>It owns what that takes: the device, the weights on it, and the one thread that computes. Any number of threads may ask
 * one model for samples; they are made one request after the other. Two models compute beside each other, and share the
 * cores. It lives until {@link #close()}.
 */
public final class Model implements AutoCloseable {

    /** Samples that are under way at once. */
    private static final int BATCH = 64;

    private final LoadedModel loaded;
    private final ComputeThread compute;
    private final Thread computing;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Model(ComputeThread compute, Opened opened) {
        this.compute = compute;
        this.loaded = opened.loaded();
        this.computing = opened.computing();
    }

    /** What the compute thread has made, and that thread. */
    private record Opened(LoadedModel loaded, Thread computing) {}

    /**
     * Opens a checkpoint on any device, with all cores, in the numeric profile that a server on this machine computes it in.
     *
     * @param folder the checkpoint: a folder with a {@code pathline.json}, such as {@code models/fashion-flow/1}
     * @throws CheckpointException if the folder is no checkpoint that can be used; the message says why
     * @throws IllegalStateException if libtorch cannot be loaded
     */
    public static Model open(Path folder) {
        return open(folder, ModelOptions.DEFAULT);
    }

    /**
     * Opens a checkpoint.
     *
     * @param folder the checkpoint: a folder with a {@code pathline.json}
     * @param options where and how it computes
     * @throws CheckpointException if the folder is no checkpoint that can be used; the message says why
     * @throws IllegalArgumentException if there is no such device or numeric profile
     * @throws IllegalStateException if libtorch cannot be loaded
     */
    public static Model open(Path folder, ModelOptions options) {
        requireCheckpoint(folder);
        return of(Checkpoint.read(folder), options);
    }

    /**
     * Opens a checkpoint that has been read. An interrupt does not cut that short.
     *
     * @throws CheckpointException if it is a module of another program that cannot be used
     * @throws IllegalArgumentException if there is no such device or numeric profile
     * @throws IllegalStateException if libtorch cannot be loaded
     */
    public static Model of(Checkpoint checkpoint, ModelOptions options) {
        Torch torch = Torch.open(options.device());
        NumericProfile profile = options.profileOf(checkpoint.card().name(), checkpoint, torch);
        var compute = new ComputeThread("pathline-" + checkpoint.card().name(), options.threads());
        try {
            return new Model(compute, compute.submit(() -> new Opened(LoadedModel.load(torch, checkpoint, profile),
                    Thread.currentThread())).join());
        } catch (CompletionException e) {
            compute.close();
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    /** Says what is wrong with a folder before it is looked into. */
    private static void requireCheckpoint(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(
                    Files.exists(folder)
                            ? folder + " is a file; a checkpoint is a folder"
                            : "there is no folder " + folder);
        }
        if (Files.notExists(folder.resolve(Checkpoint.CARD))) {
            throw new CheckpointException(folder + " is no checkpoint: it has no " + Checkpoint.CARD
                    + checkpointBelow(folder).map(below -> "; " + below + " is one").orElse(""));
        }
    }

    /** The folder of a model of a registry has the checkpoints of its versions below it; the last is named. */
    private static Optional<Path> checkpointBelow(Path folder) {
        try (Stream<Path> below = Files.list(folder)) {
            return below.filter(path -> Files.isRegularFile(path.resolve(Checkpoint.CARD))).max(Comparator
                    .comparingInt((Path path) -> path.toString().length()).thenComparing(Path::toString));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Returns the model's card: its classes, the shape of a sample, the defaults of sampling. */
    public ModelCard card() {
        return loaded.card();
    }

    /** Returns how the network computes; with the processor, and the number of samples of a request, it decides the last bits. */
    public NumericProfile profile() {
        return loaded.profile();
    }

    /**
     * Begins a request for samples without a label: of an unconditional model, or over all classes.
     *
     * @throws InvalidSettingException if the model has classes, but none that means 'no label'
     */
    public SampleRequest sample() {
        return request(card().unlabelledIndex(), false);
    }

    /**
     * Begins a request for samples of a class.
     *
     * @param name the class's name, in any case
     * @throws InvalidSettingException if there is no such class; the message lists the classes
     */
    public SampleRequest sample(String name) {
        return request(card().labelNamed(name), true);
    }

    /**
     * Begins a request for samples of a class.
     *
     * @param index the class's index in the card, from 0
     * @throws InvalidSettingException if there is no such class; the message lists the classes
     */
    public SampleRequest sample(int index) {
        return request(card().labelAt(index), true);
    }

    private SampleRequest request(int label, boolean labelled) {
        return SampleRequest.of(this, label, labelled, new SecureRandom().nextInt(Integer.MAX_VALUE));
    }

    /**
     * Makes one sample a label by a plan that has been made, which is what every request comes to.
     *
     * @param plan made for {@link #card()}
     * @param labels the class of each sample, or the null class
     * @param seed with a sample's place in {@code labels} it determines the sample's noise
     * @param noise where the noise comes from
     * @param listener hears of each sample's progress, on the model's own thread
     * @return the samples in the order of {@code labels}
     * @throws SamplingException if the network's output is not finite
     * @throws IllegalStateException if the model is closed, also while the samples are made, or the calling thread is
     *         interrupted
     */
    public List<float[]> samples(SamplingPlan plan, int[] labels, long seed, NoiseSource noise,
            SamplerListener listener) {
        requireOtherThread();
        var wanted = new AtomicBoolean(true);
        try {
            return compute.call(() -> {
                requireWanted(wanted);
                return new Sampler(loaded, noise, BATCH).sample(plan, labels, seed, listener,
                        () -> requireWanted(wanted));
            });
        } catch (IllegalStateException e) {
            throw closed.get() ? closed(e) : e;
        } finally {
            wanted.set(false);
        }
    }

    /** What nobody waits for ends before its next evaluation. */
    private void requireWanted(AtomicBoolean wanted) {
        if (closed.get()) {
            throw closed(null);
        }
        if (!wanted.get()) {
            throw new CancellationException("nobody waits for the samples");
        }
    }

    private IllegalStateException closed(@Nullable Throwable cause) {
        return new IllegalStateException("model '" + card().name() + "' is closed", cause);
    }

    /** A task that waits for the next one on its own thread would wait for ever. */
    private void requireOtherThread() {
        if (Thread.currentThread().equals(computing)) {
            throw new IllegalStateException("a listener of model '" + card().name()
                    + "' is called while the model computes, and cannot ask it for samples or close it");
        }
    }

    /**
     * Ends what is under way before its next evaluation, refuses what waits, and frees the device's memory. Waits until that is
     * done; closing twice does nothing.
     *
     * @throws IllegalStateException if called by a listener of this model
     */
    @Override
    public void close() {
        requireOtherThread();
        if (!closed.getAndSet(true)) {
            // Behind all that waits, each of which ends at once.
            compute.submit(() -> {
                loaded.close();
                return true;
            }).join();
            compute.close();
        }
    }
}
