package dev.pathline.standalone.cli;

import dev.pathline.engine.ModelOptions;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose where and how tensors are computed. */
final class DeviceOptions {

    private static final int MOST_THREADS = 1024;

    @Option(names = "--device", paramLabel = "DEVICE", defaultValue = "${env:PATHLINE_DEVICE:-auto}",
            description = "auto, cpu or cuda:N (default: ${DEFAULT-VALUE}; also PATHLINE_DEVICE)")
    private String device = "auto";

    private int threads = Runtime.getRuntime().availableProcessors();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--profile", paramLabel = "NAME",
            description = "numeric profile, for example f32, bf16 or bf16-packed (default: the one that was kept for the"
                    + " model by pathline bench --keep, else what suits the processor and the network; f32 where"
                    + " given numbers are computed with; to bench, all, or some separated by commas)")
    private @Nullable String profile;

    /** @throws ParameterException if there can be no such threads */
    @Option(names = "--threads", paramLabel = "N",
            description = "threads of one operator (default: the number of cores)")
    void threads(int wanted) {
        if (wanted < 1 || wanted > MOST_THREADS) {
            throw new ParameterException(Objects.requireNonNull(command).commandLine(),
                    "--threads must be 1 to " + MOST_THREADS + ", not " + wanted);
        }
        threads = wanted;
    }

    Torch open() {
        return Torch.open(device);
    }

    ComputeThread thread() {
        return new ComputeThread("compute", threads);
    }

    /** Returns where and how a model is computed. */
    ModelOptions options() {
        return new ModelOptions(device, threads, profile);
    }

    /** As {@link #options}, in the profile for results that are compared with another program's. */
    ModelOptions optionsToCompare() {
        return options().withProfile(profileToCompare().name());
    }

    ProfileAdvisor advisor(Torch torch) {
        return new ProfileAdvisor(torch, threads, ProfileAdvisor.defaultFolder());
    }

    /** To measure: those that were named, separated by commas, or all that suit the device. */
    List<NumericProfile> profiles(Torch torch) {
        return profile == null
                ? NumericProfile.candidates(torch.isGpu())
                : Stream.of(profile.split(",")).map(NumericProfile::named).toList();
    }

    int threads() {
        return threads;
    }

    /** For results that are compared with another program's: the reference, unless another profile is asked for. */
    NumericProfile profileToCompare() {
        return profile == null ? NumericProfile.FLOAT32 : NumericProfile.named(profile);
    }
}
