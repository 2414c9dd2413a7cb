package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a preview shows. */
public enum PreviewKind {
    /** The model's current prediction of the finished sample. */
    @JsonProperty("denoised")
    DENOISED,
    /** The noisy point itself. */
    @JsonProperty("noisy")
    NOISY
}
