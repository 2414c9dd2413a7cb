package dev.pathline.api.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * An alias that was moved.
 *
 * @param model the model's name
 * @param alias the alias
 * @param version where it points now
 * @param previous where it pointed before; left out if it is new
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AliasAnswer(String model, String alias, String version, @Nullable String previous) {}
