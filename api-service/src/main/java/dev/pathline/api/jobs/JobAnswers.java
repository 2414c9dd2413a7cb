package dev.pathline.api.jobs;

import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.wire.ImageAnswer;
import dev.pathline.common.wire.JobAnswer;
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

    private final JobQueue queue;
    private final BlobStore blobs;
    private final Estimates estimates;

    /** Answers with places from a queue and data from a blob store. */
    public JobAnswers(JobQueue queue, BlobStore blobs, Estimates estimates) {
        this.queue = queue;
        this.blobs = blobs;
        this.estimates = estimates;
    }

    /** The job, with the URLs of its images, below a path; see {@link dev.pathline.api.access.PublicPath}. */
    public JobAnswer withUrls(JobRecord job, String prefix) {
        return answer(job, JobMachine.images(job).stream().map(image -> image.under(prefix)).toList());
    }

    /** The job, with its images inline. An image that is no longer kept has its URL alone. */
    public JobAnswer withData(JobRecord job, String prefix) {
        List<ImageAnswer> images = JobMachine.images(job).stream().map(image -> image.under(prefix))
                .map(image -> blobs.get(BlobKeys.image(job.id(), image.index(), image.format()))
                        .map(bytes -> image.withData(Base64.getEncoder().encodeToString(bytes))).orElse(image))
                .toList();
        return answer(job, images);
    }

    private JobAnswer answer(JobRecord job, List<ImageAnswer> images) {
        JobRequest request = job.request();
        SamplingSettings settings = request.settings();
        Optional<JobQueue.Place> place = job.state() == JobState.QUEUED ? queue.place(job.id()) : Optional.empty();
        return new JobAnswer(job.id(), job.state().wire(), request.modelReference(), Long.toString(request.seed()),
                Objects.requireNonNull(settings.solver()), Objects.requireNonNull(settings.stepCount()),
                Objects.requireNonNull(settings.cfgScale()),
                Objects.requireNonNullElse(settings.timeGrid(), GivenTimes.NAME), settings.times(),
                options(settings), request.labelName(),
                job.profile() == null ? request.terms().profile() : job.profile(), job.attempt(),
                null, request.rows(), request.evaluations(),
                job.times().createdAt(), place.map(JobQueue.Place::position).orElse(null), eta(job, place),
                new JobAnswer.Progress(job.rowsDone(), request.rows()), job.times().timings(), images, job.error(),
                request.metadata(), request.warnings());
    }

    private static Map<String, Double> options(SamplingSettings settings) {
        var options = new LinkedHashMap<String, Double>();
        settings.options().forEach((option, value) -> options.put(option.wire(), value));
        return options;
    }

    private @Nullable Long eta(JobRecord job, Optional<JobQueue.Place> place) {
        if (job.state() == JobState.RUNNING) {
            return estimates.running(job);
        }
        return place.map(found -> estimates.waiting(found.rowsAhead(), job.request())).orElse(null);
    }
}
