package dev.pathline.trainer.specification.fields;

/**
 * One mistake in a specification.
 *
 * @param field the field's full name, {@code optimizer.learningRate}; empty for the specification as a whole
 * @param message what is wrong with it and what would be right, a phrase that follows the name
 */
public record SpecProblem(String field, String message) {

    /** Returns the mistake as a sentence. */
    public String sentence() {
        return field.isEmpty() ? message : field + " " + message;
    }
}
