package dev.pathline.diffusion.card;

/** A setting of a request that the model does not accept. */
public final class InvalidSettingException extends IllegalArgumentException {
    private final String field;

    /**
     * Makes a refusal.
     *
     * @param field the setting's name in the API, such as {@code cfgScale}
     * @param message a sentence that says what would be accepted
     */
    public InvalidSettingException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** Returns the setting's name in the API. */
    public String field() {
        return field;
    }
}
