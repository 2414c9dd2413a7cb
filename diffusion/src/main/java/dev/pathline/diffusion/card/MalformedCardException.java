package dev.pathline.diffusion.card;

/** A card's JSON that is not a card; the message is one sentence that names the field. */
public final class MalformedCardException extends IllegalArgumentException {

    /** Makes the exception. */
    public MalformedCardException(String message) {
        super(message);
    }

    /** Makes the exception for a cause. */
    public MalformedCardException(String message, Throwable cause) {
        super(message, cause);
    }
}
