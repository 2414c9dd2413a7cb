package dev.pathline.worker;

import dev.pathline.common.port.ServedModels;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The worker's settings; {@code pathline-worker.yml} lists them with their defaults.
 *
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}, each with a compute thread of its own
 * @param threads threads of one operator, or 0 for the number of cores
 * @param profile the numeric profile that networks compute with, or {@code auto} for the one that suits the processor and
 *        each network, or was kept for the model
 * @param preload the models that are loaded and warm before the worker is ready, each as {@code name}, {@code name@version}
 *        or {@code name@alias}; {@code auto} is the one that the page shows first, and empty none
 * @param slots samples of one model that have a place at once
 * @param rows rows of one evaluation at most, or 0 for 64 on a CPU and 256 on a GPU
 * @param memory what models, places and evaluations may take on a device, or 0 for six tenths of what it has
 * @param serve the models whose jobs are taken, each as {@code name} or {@code name@version}; empty for all
 * @param jobs jobs that are claimed at once
 * @param ahead how many of them may be claimed before there is room for them
 * @param lease how long a claim holds without a heartbeat
 * @param watchdog how long an evaluation, or the loading of a model, may take before it counts as hung
 * @param drain how long running jobs may go on after the order to stop, within what the process has
 */
@ConfigurationProperties("pathline.worker")
public record WorkerProperties(
        @DefaultValue("auto") List<String> device,
        @DefaultValue("0") int threads,
        @DefaultValue("auto") String profile,
        @DefaultValue("auto") List<String> preload,
        @DefaultValue("128") int slots,
        @DefaultValue("0") int rows,
        @DefaultValue("0") DataSize memory,
        @DefaultValue({
        }) List<String> serve,
        @DefaultValue("128") int jobs,
        @DefaultValue("16") int ahead,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("2m") Duration watchdog,
        @DefaultValue("10s") Duration drain) {

    private static final int ROWS_ON_CPU = 64;
    private static final int ROWS_ON_GPU = 256;

    static final String AUTO = "auto";

    /** Checks the ranges, so that a mistake is told at start. */
    public WorkerProperties {
        require(threads >= 0, "threads", "must be 0 (all cores) or more");
        device = List.copyOf(device);
        preload = preload.stream().filter(model -> !model.isBlank()).toList();
        serve = serve.stream().filter(model -> !model.isBlank()).toList();
        require(!device.isEmpty(), "device", "must name at least one device");
        require(slots > 0, "slots", "must be at least 1");
        require(rows >= 0, "rows", "must be 0 (what the device can use) or more");
        require(!memory.isNegative(), "memory", "must be 0 (a part of what there is) or more");
        require(watchdog.isPositive(), "watchdog", "must be more than 0");
        if (!profile.equals(AUTO)) {
            NumericProfile.named(profile);
        }
        require(jobs > 0, "jobs", "must be at least 1");
        require(ahead > 0, "ahead", "must be at least 1");
        require(lease.compareTo(Duration.ofSeconds(3)) >= 0, "lease", "must be at least 3s");
        require(!drain.isNegative(), "drain", "must not be negative");
    }

    /** Returns the profile that is set; empty where it is chosen for each model. */
    Optional<NumericProfile> fixedProfile() {
        return profile.equals(AUTO) ? Optional.empty() : Optional.of(NumericProfile.named(profile));
    }

    /** Returns the models whose jobs are taken. */
    ServedModels served() {
        return new ServedModels(serve);
    }

    /** Returns the number of threads of one operator. */
    public int intraOpThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** Returns how many rows an evaluation may have on a device. */
    int rows(boolean gpu) {
        return rows > 0 ? rows : gpu ? ROWS_ON_GPU : ROWS_ON_CPU;
    }

    /** Returns how many bytes models, places and evaluations may take on a device. */
    long memory(Torch torch) {
        return memory.toBytes() > 0 ? memory.toBytes() : torch.memory() * 6 / 10;
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException("pathline.worker." + key + " " + rule + ".");
        }
    }
}
