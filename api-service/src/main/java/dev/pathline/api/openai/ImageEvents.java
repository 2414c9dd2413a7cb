package dev.pathline.api.openai;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.error.Problem;
import dev.pathline.api.generate.FinishedJobs;
import dev.pathline.api.jobs.EventStreams;
import dev.pathline.api.jobs.JobAnswers;
import dev.pathline.api.jobs.JobService;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.wire.ImageAnswer;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.StepImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import tools.jackson.databind.node.ObjectNode;

/**
 * A job's events as OpenAI's clients read them: some pictures on the way, then the image, each an event with its type in its data as well. A stream
 * ends with {@code image_generation.completed} or with {@code error}, never otherwise: to those clients an end without a word looks like success.
 * One for each stream; not safe for concurrent use.
 */
final class ImageEvents implements EventStreams.Form {

    private static final String PARTIAL = "image_generation.partial_image";
    private static final String COMPLETED = "image_generation.completed";
    private static final String ERROR = "error";

    private final JobRecord job;
    private final JobService jobs;
    private final JobAnswers answers;
    private final int partialImages;
    /** How many pictures there were of each image. */
    private final Map<Integer, Integer> told = new HashMap<>();
    private volatile boolean over;

    /** @param partialImages how many pictures of each image come before it */
    ImageEvents(JobRecord job, JobService jobs, JobAnswers answers, int partialImages) {
        this.job = job;
        this.jobs = jobs;
        this.answers = answers;
        this.partialImages = partialImages;
    }

    @Override
    public Publisher<ServerSentEvent<String>> of(JobEvent event) {
        return switch (event) {
            case JobEvent.Step step -> Flux.fromIterable(partial(step));
            case JobEvent.Succeeded _ -> Blocking.call(this::completed).flatMapMany(Flux::fromIterable)
                    .doOnComplete(() -> over = true);
            case JobEvent.Failed _,JobEvent.Cancelled _,JobEvent.Expired _ -> Blocking
                    .call(() -> lastWord(FinishedJobs.unsuccessful(jobs.find(job.id()))));
            case JobEvent.Queued _,JobEvent.Started _ -> Flux.empty();
        };
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public ServerSentEvent<String> lastWord(Throwable why) {
        over = true;
        ObjectNode data = Json.MAPPER.createObjectNode().put("type", ERROR);
        data.set("error", Json.MAPPER.valueToTree(Problem.OpenAiError.of(Problem.cause(why))));
        return event(ERROR, data);
    }

    /** Those that come first at or after the places that cut the way into equal parts: on a full server a step may have none. */
    private List<ServerSentEvent<String>> partial(JobEvent.Step step) {
        var events = new ArrayList<ServerSentEvent<String>>();
        for (StepImage image : step.images()) {
            int index = told.getOrDefault(image.index(), 0);
            long part = Math.round((index + 1.0) * step.steps() / (partialImages + 1));
            if (image.png() != null && index < partialImages && step.step() >= part && step.step() < step.steps()) {
                told.put(image.index(), index + 1);
                ObjectNode data = data(PARTIAL, image.png(), image.index());
                data.put("partial_image_index", index);
                events.add(event(PARTIAL, data));
            }
        }
        return events;
    }

    private List<ServerSentEvent<String>> completed() {
        var events = new ArrayList<ServerSentEvent<String>>();
        JobRecord ended = jobs.find(job.id());
        for (ImageAnswer image : answers.images(ended, "")) {
            ObjectNode data = data(COMPLETED, ImagesAnswer.kept(ended, image), image.index());
            data.put("size", ImagesAnswer.size(image)).put("seed", Long.toString(ended.request().seed()));
            data.set("usage", Json.MAPPER.valueToTree(ImagesAnswer.Usage.NONE));
            events.add(event(COMPLETED, data));
        }
        return events;
    }

    private ObjectNode data(String type, String png, int index) {
        ObjectNode data = Json.MAPPER.createObjectNode().put("type", type).put("b64_json", png)
                .put("created_at", job.times().createdAt().getEpochSecond()).put("size", "auto")
                .put("quality", "auto").put("background", "opaque").put("output_format", "png");
        return job.request().count() > 1 ? data.put("image_index", index) : data;
    }

    private static ServerSentEvent<String> event(String type, ObjectNode data) {
        return ServerSentEvent.<String>builder().event(type).data(Json.MAPPER.writeValueAsString(data)).build();
    }
}
