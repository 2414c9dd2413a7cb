package dev.pathline.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.wire.ImageAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What OpenAI's clients are answered.
 *
 * @param created when, in seconds since 1970
 * @param data the images
 * @param size their size, {@code WIDTHxHEIGHT}
 * @param quality always {@code auto}: there is one
 * @param background always {@code opaque}
 * @param outputFormat always {@code png}
 * @param usage tokens, of which there are none
 * @param job the job that made them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImagesAnswer(long created, List<Image> data, @Nullable String size, String quality, String background,
        @JsonProperty("output_format") String outputFormat, Usage usage, String job) {

    /** Copies the list. */
    public ImagesAnswer {
        data = List.copyOf(data);
    }

    /**
     * An image.
     *
     * @param b64Json the PNG, base64, or null where the address is wanted
     * @param url its address, or null where the image is wanted
     * @param seed the seed that it was made from, decimal
     * @param index its index among those of that seed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Image(@JsonProperty("b64_json") @Nullable String b64Json, @Nullable String url, String seed,
            int index) {}

    /**
     * What clients show as the price.
     *
     * @param totalTokens none
     * @param inputTokens none
     * @param outputTokens none
     * @param inputTokensDetails none of either
     */
    public record Usage(@JsonProperty("total_tokens") int totalTokens, @JsonProperty("input_tokens") int inputTokens,
            @JsonProperty("output_tokens") int outputTokens,
            @JsonProperty("input_tokens_details") Details inputTokensDetails) {

        static final Usage NONE = new Usage(0, 0, 0, new Details(0, 0));
    }

    /**
     * Tokens of either kind.
     *
     * @param textTokens of a text
     * @param imageTokens of an image
     */
    public record Details(@JsonProperty("text_tokens") int textTokens,
            @JsonProperty("image_tokens") int imageTokens) {}

    static ImagesAnswer of(JobRecord job, List<ImageAnswer> images, boolean urls, String server) {
        String seed = Long.toString(job.request().seed());
        return new ImagesAnswer(job.times().createdAt().getEpochSecond(), images.stream()
                .map(image -> new Image(urls ? null : kept(job, image), urls ? server + image.url() : null, seed,
                        image.index()))
                .toList(), images.isEmpty() ? null : size(images.getFirst()), "auto", "opaque", "png", Usage.NONE,
                job.id());
    }

    /**
     * Returns an image's file, base64.
     *
     * @throws ApiException if it is no longer kept
     */
    static String kept(JobRecord job, ImageAnswer image) {
        String data = image.data();
        if (data == null) {
            throw new ApiException(ErrorCode.UNKNOWN_IMAGE,
                    "Image " + image.index() + " of job " + job.id() + " is no longer kept");
        }
        return data;
    }

    static String size(ImageAnswer image) {
        return image.width() + "x" + image.height();
    }
}
