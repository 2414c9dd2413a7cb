package dev.pathline.api.jobs;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.Place;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.wire.ImageAnswer;
import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.diffusion.grid.GivenTimes;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns job records into what clients see. Methods may block. */
public final class JobAnswers {

    private final JobStore store;
    private final EventLog log;
    private final BlobStore blobs;
    private final Estimates estimates;

    /** Answers with places from the jobs' store, progress from their logs and data from a blob store. */
    public JobAnswers(JobStore store, EventLog log, BlobStore blobs, Estimates estimates) {
        this.store = store;
        this.log = log;
        this.blobs = blobs;
        this.estimates = estimates;
    }

    /** The job, with the URLs of its images, below a path; see {@link dev.pathline.api.access.PublicPath}. */
    public JobAnswer withUrls(JobRecord job, String prefix) {
        return answer(job, JobMachine.images(job).stream().map(image -> image.under(prefix)).toList());
    }

    /** The job, with its images inline. An image that is no longer kept has its URL alone. */
    public JobAnswer withData(JobRecord job, String prefix) {
        return answer(job, images(job, prefix));
    }

    /** The images of a job inline, as far as they are kept. */
    public List<ImageAnswer> images(JobRecord job, String prefix) {
        return JobMachine.images(job).stream().map(image -> image.under(prefix))
                .map(image -> blobs.get(BlobKeys.image(job, image.index(), image.format()))
                        .map(bytes -> image.withData(Base64.getEncoder().encodeToString(bytes))).orElse(image))
                .toList();
    }

    private JobAnswer answer(JobRecord job, List<ImageAnswer> images) {
        JobRequest request = job.request();
        SamplingSettings settings = request.settings();
        ArmOf arm = request.arm();
        Optional<Place> place = job.state() == JobState.QUEUED ? store.place(job.id()) : Optional.empty();
        long rowsDone = rowsDone(job);
        return new JobAnswer(job.id(), job.state().wire(), request.modelReference(), Long.toString(request.seed()),
                Objects.requireNonNull(settings.solver()), Objects.requireNonNull(settings.stepCount()),
                Objects.requireNonNull(settings.cfgScale()),
                Objects.requireNonNullElse(settings.timeGrid(), GivenTimes.NAME), settings.times(),
                options(settings), request.labelName(),
                job.profile() == null ? request.terms().profile() : job.profile(), job.attempt(),
                arm == null ? null : arm.reference(), arm == null ? null : arm.role().wire(),
                arm == null ? null : arm.draft(), request.rows(),
                request.evaluations(),
                job.times().createdAt(), place.map(Place::position).orElse(null), eta(job, rowsDone, place),
                new JobAnswer.Progress(rowsDone, request.rows()), job.times().timings(), images, job.error(),
                request.metadata(), job.owner(), request.warnings());
    }

    private static Map<String, Double> options(SamplingSettings settings) {
        var options = new LinkedHashMap<String, Double>();
        settings.options().forEach((option, value) -> options.put(option.wire(), value));
        return options;
    }

    /** A log that cannot be read now says nothing. */
    private long rowsDone(JobRecord job) {
        return switch (job.state()) {
            case SUCCEEDED -> job.request().rows();
            case QUEUED -> 0;
            default -> {
                try {
                    yield log.newestStep(job.id()).map(JobEvent.Step::rowsDone).orElse(0L);
                } catch (PortUnavailableException e) {
                    yield 0;
                }
            }
        };
    }

    private @Nullable Long eta(JobRecord job, long rowsDone, Optional<Place> place) {
        if (job.state() == JobState.RUNNING) {
            return estimates.running(job, rowsDone);
        }
        return place.map(found -> estimates.waiting(found.rowsAhead(), job.request())).orElse(null);
    }
}
