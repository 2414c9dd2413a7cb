package dev.pathline.common.wire;

import java.util.Base64;

/**
 * A preview of one image.
 *
 * @param index the image's index in its request, from 0
 * @param png the PNG, base64
 */
public record StepImage(int index, String png) {

    /** Encodes a PNG file. */
    public static StepImage of(int index, byte[] png) {
        return new StepImage(index, Base64.getEncoder().encodeToString(png));
    }
}
