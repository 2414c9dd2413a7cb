package dev.pathline.api.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.ImageAnswer;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.Timings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Mono;

/** The images that come before a job's own, in a cascade: those of a job in the other arm, told on the stream of the first. */
public final class Drafts {

    private static final Logger LOG = LoggerFactory.getLogger(Drafts.class);
    private static final String TYPE = "draft";

    private final JobStore store;
    private final JobAnswers answers;

    /** Drafts among the jobs of a store. */
    public Drafts(JobStore store, JobAnswers answers) {
        this.store = store;
        this.answers = answers;
    }

    /**
     * What a client is told of them.
     *
     * @param job the job that made them
     * @param images the images, inline
     * @param nfe evaluations of the network for one image
     * @param timings where that job's time went
     * @param arm its arm, {@code experiment@version/arm}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Draft(String job, List<ImageAnswer> images, int nfe, Timings timings, @Nullable String arm) {

        /** Copies the list. */
        Draft {
            images = List.copyOf(images);
        }
    }

    /**
     * Returns the event that tells of a job's images once it has ended, or nothing if it makes none. It has no id: it is no part of the log
     * that a client reads on from.
     *
     * @param end completes when the job has ended
     * @param prefix where the client's addresses begin
     */
    Mono<ServerSentEvent<String>> event(String job, Mono<Void> end, String prefix) {
        return end.then(Blocking.call(() -> store.find(job).filter(found -> found.state() == JobState.SUCCEEDED)
                .map(found -> ServerSentEvent.<String>builder().event(TYPE)
                        .data(Json.MAPPER.writeValueAsString(told(found, prefix))).build())))
                .flatMap(Mono::justOrEmpty)
                // What cannot be read now comes too late: the images that are answered are on their way, and nothing keeps them.
                .onErrorResume(error -> {
                    LOG.warn("those who watch are not told the images of job {}: {}", job, error.toString());
                    return Mono.empty();
                });
    }

    private Draft told(JobRecord job, String prefix) {
        ArmOf arm = job.request().arm();
        return new Draft(job.id(), answers.images(job, prefix), job.request().evaluations(), job.times().timings(),
                arm == null ? null : arm.reference());
    }
}
