package dev.pathline.engine;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a {@link Model} computes. Nothing has to be set.
 *
 * @param device {@code auto} (a GPU if libtorch sees one), {@code cpu} or {@code cuda:N}
 * @param threads the threads of one operator, at least 1
 * @param profile the numeric profile's name, such as {@code f32}; null for the one that a server on this machine computes the
 *        model in
 */
public record ModelOptions(String device, int threads, @Nullable String profile) {

    /** The options where nothing is said: any device, all cores, and the profile that suits the processor. */
    public static final ModelOptions DEFAULT = new ModelOptions("auto", Runtime.getRuntime().availableProcessors(),
            null);

    /** @throws IllegalArgumentException if there are no threads */
    public ModelOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("a model needs at least 1 thread, not " + threads);
        }
    }

    /** Returns these options with another device. */
    public ModelOptions withDevice(String value) {
        return new ModelOptions(value, threads, profile);
    }

    /** Returns these options with another number of threads. */
    public ModelOptions withThreads(int value) {
        return new ModelOptions(device, value, profile);
    }

    /** Returns these options with another numeric profile; null for the one that suits. */
    public ModelOptions withProfile(@Nullable String value) {
        return new ModelOptions(device, threads, value);
    }

    /**
     * Returns the numeric profile that is wanted for a checkpoint: the one that was named, or else the one that was kept for
     * the model of that name or suits the processor and the network.
     *
     * @param model the model's name, without a version
     * @throws IllegalArgumentException if there is no profile of the name; the message lists them
     */
    public NumericProfile profileOf(String model, Checkpoint checkpoint, Torch torch) {
        return profile == null
                ? new ProfileAdvisor(torch, threads, ProfileAdvisor.defaultFolder()).choose(model, checkpoint.config())
                        .profile()
                : NumericProfile.named(profile);
    }
}
