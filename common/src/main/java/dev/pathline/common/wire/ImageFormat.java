package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a sample is written. */
public enum ImageFormat {
    /** 8-bit PNG, grey or RGB; for shapes that are images. */
    @JsonProperty("png")
    PNG("png", "image/png"),
    /** NumPy's format: float32, channels x height x width, or the vector of a vector model. */
    @JsonProperty("npy")
    NPY("npy", "application/x-npy");

    private final String extension;
    private final String mediaType;

    ImageFormat(String extension, String mediaType) {
        this.extension = extension;
        this.mediaType = mediaType;
    }

    /** The file's extension and the format's name on the wire. */
    public String extension() {
        return extension;
    }

    /** The media type of the bytes. */
    public String mediaType() {
        return mediaType;
    }
}
