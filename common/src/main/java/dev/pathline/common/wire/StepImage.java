package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A preview of one image; it has one of the two formats.
 *
 * @param index the image's index in its request, from 0
 * @param png the PNG, base64
 * @param npy the NumPy file, base64, where the sample is no picture
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepImage(int index, @Nullable String png, @Nullable String npy) {

    /** Encodes a file. */
    public static StepImage of(int index, ImageFormat format, byte[] file) {
        String base64 = Base64.getEncoder().encodeToString(file);
        return switch (format) {
            case PNG -> new StepImage(index, base64, null);
            case NPY -> new StepImage(index, null, base64);
        };
    }

    /** Returns how many characters the file has. */
    public int length() {
        return (png == null ? 0 : png.length()) + (npy == null ? 0 : npy.length());
    }
}
