package dev.pathline.worker;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.inprocess.InProcessBlobStore;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobSignals;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.inprocess.InProcessWorkerLiveness;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobEnding;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.trace.TraceParent;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Preview;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.script.TickProgram;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;
import reactor.core.scheduler.Schedulers;

/**
 * Workers on a real engine, with in-process adapters, and models in a folder of their own: {@code good}, {@code other},
 * {@code wide}, which takes more memory, and {@code broken}, whose output is not finite. Those that a test starts are stopped after it.
 */
final class Workers implements BeforeEachCallback, AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Clock clock = Clock.systemUTC();
    final InProcessJobSignals signals = new InProcessJobSignals();
    final InProcessJobStore store = new InProcessJobStore(100, clock);
    final EventLog log = new InProcessEventLog(Schedulers.parallel(), 8 << 20, 32 << 20);
    final InProcessWorkerLiveness liveness;
    final JobLifecycle lifecycle;
    final JobEnding ending;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final OpenTelemetry telemetry;
    final InProcessBlobStore blobs = new InProcessBlobStore(64 << 20, clock);
    private final List<InferenceWorker> started = new ArrayList<>();
    private final List<LivenessState> probes = new CopyOnWriteArrayList<>();
    private int jobs;
    private Path models = Path.of("");

    Workers() {
        this(OpenTelemetry.noop());
    }

    Workers(OpenTelemetry telemetry) {
        this.telemetry = telemetry;
        this.liveness = new InProcessWorkerLiveness(clock);
        this.lifecycle = new JobLifecycle(store, log, clock);
        this.ending = new JobEnding(lifecycle, signals);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        models = Files.createTempDirectory("models");
        TinyModels.write(models, "good");
        TinyModels.write(models, "other");
        TinyModels.writeBroken(models, "broken");
        TinyModels.writeWide(models, "wide");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        stop();
        FileSystemUtils.deleteRecursively(models);
    }

    /** Stops the workers. */
    void stop() {
        started.forEach(InferenceWorker::stop);
    }

    /** Where the models are: {@code NAME/1}. */
    Path models() {
        return models;
    }

    /** What a test asks for. */
    record Ask(String model, int count, String solver, int steps, double cfgScale, long seed, JobTerms terms,
            @Nullable Preview preview) {

        static Ask of(String model, int count, int steps) {
            return new Ask(model, count, "euler", steps, 2, 7, JobTerms.DEFAULT, null);
        }

        Ask unguided() {
            return new Ask(model, count, solver, steps, 1, seed, terms, preview);
        }

        Ask with(JobTerms other) {
            return new Ask(model, count, solver, steps, cfgScale, seed, other, preview);
        }

        Ask seed(long other) {
            return new Ask(model, count, solver, steps, cfgScale, other, terms, preview);
        }

        Ask previewed(Preview wanted) {
            return new Ask(model, count, solver, steps, cfgScale, seed, terms, wanted);
        }

        Ask previewed() {
            return new Ask(model, count, solver, steps, cfgScale, seed, terms, Preview.EVERY_STEP);
        }
    }

    /** Settings of a worker on one thread of the CPU. */
    static WorkerProperties properties() {
        return properties(64, 0, 0, Duration.ofMinutes(2));
    }

    static WorkerProperties properties(int slots, int rows, long memory, Duration watchdog) {
        return new WorkerProperties(List.of("cpu"), 1, "f32", List.of(), slots, rows, DataSize.ofBytes(memory),
                List.of(), 32, 16,
                Duration.ofSeconds(3), watchdog, Duration.ZERO);
    }

    InferenceWorker start(String name) {
        return start(name, properties(), UnaryOperator.identity());
    }

    InferenceWorker start(String name, WorkerProperties properties, UnaryOperator<TickProgram> programs) {
        return start(name, properties, programs, registry(Duration.ZERO), List.of());
    }

    InferenceWorker start(String name, ModelRegistry registry, List<Duration> pauses) {
        return start(name, properties(), UnaryOperator.identity(), registry, pauses);
    }

    /** The registry of the models' folder, which looks anew after a time. */
    DirectoryModelRegistry registry(Duration refresh) {
        return new DirectoryModelRegistry(List.of(models), refresh, clock);
    }

    private InferenceWorker start(String name, WorkerProperties properties, UnaryOperator<TickProgram> programs,
            ModelRegistry registry, List<Duration> pauses) {
        return start(name, properties, real -> new FaultyWork(real, programs), ports(registry), pauses,
                new StopClock(Duration.ofMinutes(2)));
    }

    /** What a worker talks to unless a test puts something between. */
    WorkerPorts ports() {
        return ports(registry(Duration.ZERO));
    }

    private WorkerPorts ports(ModelRegistry registry) {
        return new WorkerPorts(signals, store, blobs, registry, liveness, lifecycle, clock);
    }

    InferenceWorker start(WorkerProperties properties, UnaryOperator<ModelWork> work) {
        return start("w", properties, work, ports(), List.of(), new StopClock(Duration.ofMinutes(2)));
    }

    InferenceWorker start(WorkerProperties properties, UnaryOperator<ModelWork> work, WorkerPorts ports,
            StopClock stops) {
        return start("w", properties, work, ports, List.of(), stops);
    }

    private InferenceWorker start(String name, WorkerProperties properties, UnaryOperator<ModelWork> work,
            WorkerPorts ports, List<Duration> pauses, StopClock stops) {
        var worker = new InferenceWorker(name, properties, ports, work, new WorkerMetrics(meters),
                new JobTraces(telemetry), pauses, stops, event -> {
                    if (event instanceof AvailabilityChangeEvent<?> change
                            && change.getState() instanceof LivenessState state) {
                        probes.add(state);
                    }
                });
        worker.start();
        started.add(worker);
        return worker;
    }

    /** What the process was last told about itself. */
    LivenessState probe() {
        return probes.isEmpty() ? LivenessState.CORRECT : probes.getLast();
    }

    String submit(Ask ask) {
        String id = "job-" + ++jobs;
        var settings = SamplingSettings.defaults(true).withSolver(ask.solver()).withSteps(ask.steps())
                .withTimeGrid("time").withCfgScale(ask.cfgScale());
        long rows = (ask.cfgScale() == 1 ? 1L : 2L) * ask.count() * ask.steps();
        var request = new JobRequest(ask.model(), "1", ask.count(), 1, "b", settings, ask.seed(), ask.preview(),
                ImageFormat.PNG, rows, ask.steps(), ask.terms(), Map.of());
        JobRecord job = JobRecord.queued(id, request, null, TraceParent.current(), clock.instant());
        // Before it can be taken: tests look at the order of what is told.
        log.append(id, EventLog.NO_ATTEMPT, new JobEvent.Queued(1, null));
        store.create(job);
        signals.tellWaiting(request.modelReference());
        return id;
    }

    /** Cancels a job, as a client does. */
    void cancel(String id) {
        ending.end(id, new JobCommand.Cancel());
    }

    /** Waits for the terminal event, and returns the types of all. */
    List<String> events(String id) {
        return Objects.requireNonNull(
                log.read(id, 0).map(e -> e.event().type()).collectList().block(PATIENCE));
    }

    /** Waits for a job's first step. */
    void firstStep(String id) {
        log.read(id, 0).filter(e -> e.event() instanceof JobEvent.Step).blockFirst(PATIENCE);
    }

    /** Waits until a job has told of so many steps. */
    void step(String id, int count) {
        log.read(id, 0).filter(e -> e.event() instanceof JobEvent.Step).take(count).blockLast(PATIENCE);
    }

    /** How many native arrays are there, as the worker shows. */
    int arrays() {
        return (int) meters.get(WorkerMeter.ARRAYS.meter()).gauge().value();
    }

    JobRecord job(String id) {
        return store.find(id).orElseThrow();
    }

    byte[] image(String id, int index, ImageFormat format) {
        return blobs.get(BlobKeys.image(job(id), index, format)).orElseThrow();
    }
}
