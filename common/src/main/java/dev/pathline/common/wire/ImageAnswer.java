package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One finished image.
 *
 * @param index its index in the request, from 0
 * @param url where to get it
 * @param format how it is written
 * @param width pixels, or null for a vector
 * @param height pixels, or null for a vector
 * @param data the file, base64, where it is wanted inline
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageAnswer(
        int index,
        String url,
        ImageFormat format,
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable String data) {

    /** The same image, for a client that reaches the server below a path; nothing for none. */
    public ImageAnswer under(String prefix) {
        return new ImageAnswer(index, prefix + url, format, width, height, data);
    }

    /** The same image with its file inline. */
    public ImageAnswer withData(String base64) {
        return new ImageAnswer(index, url, format, width, height, base64);
    }
}
