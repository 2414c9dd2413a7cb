package dev.pathline.worker;

/** A model cannot be computed on this device, or not as a job wants it. */
sealed class ModelLoadException extends RuntimeException permits UnfitProfileException {

    private static final long serialVersionUID = 1L;

    ModelLoadException(String message) {
        super(message);
    }

    /** It cannot because of something that was thrown. */
    ModelLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
