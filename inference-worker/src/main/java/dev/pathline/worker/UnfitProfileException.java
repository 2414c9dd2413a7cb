package dev.pathline.worker;

/** A worker cannot compute a model in the profile or precision that a job asks for; the message says what it can. */
final class UnfitProfileException extends ModelLoadException {

    private static final long serialVersionUID = 1;

    UnfitProfileException(String message) {
        super(message);
    }
}
