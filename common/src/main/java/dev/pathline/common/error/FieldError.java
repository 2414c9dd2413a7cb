package dev.pathline.common.error;

/**
 * What is wrong with one field of a request.
 *
 * @param field the field's name, with dots into objects and brackets into arrays ({@code cfgInterval[1]}); empty for
 *        the body as a whole
 * @param message what would be right, a sentence that ends without a full stop
 */
public record FieldError(String field, String message) {}
