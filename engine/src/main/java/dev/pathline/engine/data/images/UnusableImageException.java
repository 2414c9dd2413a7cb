package dev.pathline.engine.data.images;

import java.io.Serial;

/** An image file that cannot be used; the message says why, without the file's name. */
public final class UnusableImageException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    UnusableImageException(String message) {
        super(message);
    }

    UnusableImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
