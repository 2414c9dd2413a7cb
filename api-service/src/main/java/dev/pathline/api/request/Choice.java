package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One of several names, as a parameter of an address. */
public final class Choice {

    private Choice() {}

    /**
     * Reads a parameter.
     *
     * @param values what there is, in the order in which it is told
     * @param name what each is called
     * @return null where it is left out
     * @throws ApiException if it is none of them
     */
    public static <T> @Nullable T of(String parameter, @Nullable String text, T[] values, Function<T, String> name) {
        if (text == null) {
            return null;
        }
        Map<String, T> named = Fields.named(values, name);
        T value = named.get(text);
        if (value == null) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, parameter,
                    "must be one of " + String.join(", ", named.keySet()));
        }
        return value;
    }
}
