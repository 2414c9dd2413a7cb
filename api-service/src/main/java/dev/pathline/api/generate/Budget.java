package dev.pathline.api.generate;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.SamplingPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * What one request may cost, in time and in room. Both are known before anything runs; a job whose files the store cannot
 * hold would succeed and have no images.
 *
 * @param rows rows of network evaluation; twenty times as many where samples are vectors
 * @param files bytes of all files of a job
 * @param previews characters of the previews of one step
 */
public record Budget(long rows, long files, long previews) {

    /** A row of vectors is little work: so many cost what one row of pictures may. */
    private static final int VECTOR_ROWS = 20;

    /** Whether samples are vectors. */
    static boolean isVector(ModelCard card) {
        return card.shape().size() == 1;
    }

    /**
     * Checks a request.
     *
     * @throws ApiException {@code TOO_COSTLY}, with what would be affordable
     */
    void require(GenerateRequest request, SamplingPlan plan, ModelCard card) {
        int count = request.count();
        long most = isVector(card) ? VECTOR_ROWS * rows : rows;
        if ((long) plan.rows() * count > most) {
            throw tooManyRows(count, plan, most);
        }
        long file = JobSize.of(card.shape()).file();
        if (file * count > files) {
            throw tooLarge("count", count + " samples of shape " + card.shape() + " take up to "
                    + JobSize.shown(file * count) + ", and this server keeps " + JobSize.shown(files), files / file);
        }
        if (request.preview() != null && !hasRoomForPreviews(count, card)) {
            long preview = JobSize.of(card.shape()).preview();
            throw tooLarge("preview", count + " previews of shape " + card.shape() + " take up to "
                    + JobSize.shown(preview * count) + " a step, and the log of a job keeps " + JobSize.shown(previews),
                    previews / preview);
        }
    }

    /** Whether the previews of a step fit into a job's log. */
    boolean hasRoomForPreviews(int count, ModelCard card) {
        return JobSize.of(card.shape()).preview() * count <= previews;
    }

    private static ApiException tooLarge(String field, String detail, long count) {
        return new ApiException(ErrorCode.TOO_COSTLY, detail, List.of(new FieldError(field, count > 0
                ? "can be had for at most " + count + " samples of this shape in one request"
                : "cannot be had for samples of this shape")));
    }

    private static ApiException tooManyRows(int count, SamplingPlan plan, long most) {
        long cost = (long) plan.rows() * count;
        String detail = count + " images of " + plan.rows() + " rows of network evaluation cost " + cost
                + " rows, and a request may cost " + most;
        List<FieldError> errors = new ArrayList<>();
        long images = most / plan.rows();
        if (images > 0) {
            errors.add(new FieldError("count", "can be at most " + images + " with " + plan.steps() + " steps"));
        }
        // Rounded down by the cost of a step, which is even but for a guidance interval: near enough for advice.
        long steps = most * plan.steps() / cost;
        if (steps > 0) {
            errors.add(new FieldError("steps", "can be at most about " + steps + " with " + count + " images"));
        }
        return new ApiException(ErrorCode.TOO_COSTLY, detail, errors);
    }
}
