package dev.pathline.api.experiments;

import dev.pathline.api.access.Caller;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.api.request.Paging;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.ExperimentStore.Pair;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.ImageAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What requests made in several arms from the same seed, as far as the jobs are kept. Methods may block. */
public final class PairGallery {

    private final ExperimentStore store;
    private final JobStore jobs;

    /** The pairs of experiments. */
    public PairGallery(ExperimentStore store, JobStore jobs) {
        this.store = store;
        this.jobs = jobs;
    }

    /**
     * Some pairs.
     *
     * @param pairs the newest first
     * @param nextCursor where the next page begins; left out if this is the last
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PairPage(List<PairAnswer> pairs, @Nullable String nextCursor) {

        /** Copies the list. */
        public PairPage {
            pairs = List.copyOf(pairs);
        }
    }

    /**
     * What one request made.
     *
     * @param pair its id
     * @param seed the seed, decimal
     * @param label the class's name; left out without one
     * @param count how many images each arm made
     * @param arms what each arm made, in the order of the design
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PairAnswer(String pair, String seed, @Nullable String label, int count, List<ArmImages> arms) {

        /** Copies the list. */
        public PairAnswer {
            arms = List.copyOf(arms);
        }
    }

    /**
     * What an arm made of it.
     *
     * @param arm the arm
     * @param job the job
     * @param model {@code name@version}
     * @param images where the images are
     * @param totalMs from acceptance to the end
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ArmImages(String arm, String job, String model, List<ImageAnswer> images, @Nullable Long totalMs) {

        /** Copies the list. */
        public ArmImages {
            images = List.copyOf(images);
        }
    }

    /**
     * Returns some pairs.
     *
     * @param limit how many at most, as it was sent
     * @param cursor where the page before ended, or null for the first
     * @param caller who looks, and sees what it may
     * @param prefix where the client's addresses begin
     * @throws ApiException if the limit or the cursor is none
     */
    PairPage page(Experiment experiment, String limit, @Nullable String cursor, Caller caller,
            String prefix) {
        int most = Paging.limit(limit);
        String from = Paging.cursor(cursor);
        List<Pair> found = store.newestPairs(experiment, most, from);
        List<PairAnswer> pairs = found.stream().map(pair -> answer(experiment, pair, caller, prefix))
                .flatMap(Optional::stream)
                .toList();
        return new PairPage(pairs, found.size() < most ? null : found.getLast().pair());
    }

    private Optional<PairAnswer> answer(Experiment experiment, Pair pair, Caller caller, String prefix) {
        var arms = new ArrayList<ArmImages>();
        JobRecord any = null;
        for (Arm arm : experiment.design().arms()) {
            String id = pair.jobs().get(arm.name());
            Optional<JobRecord> job = id == null
                    ? Optional.empty()
                    : jobs.find(id).filter(found -> caller.sees(found.owner()));
            if (job.isPresent()) {
                any = job.get();
                arms.add(new ArmImages(arm.name(), any.id(), any.request().modelReference(),
                        JobMachine.images(any).stream().map(image -> image.under(prefix)).toList(),
                        any.times().timings().totalMs()));
            }
        }
        return any == null || arms.size() < 2
                ? Optional.empty()
                : Optional.of(new PairAnswer(pair.pair(), Long.toString(any.request().seed()),
                        any.request().labelName(), any.request().count(), arms));
    }
}
