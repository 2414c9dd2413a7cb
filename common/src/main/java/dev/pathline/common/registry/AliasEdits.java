package dev.pathline.common.registry;

import dev.pathline.common.port.ModelStore.AliasChange;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What may be done to the aliases of a model. Registries differ in how they read and write them atomically. */
public final class AliasEdits {

    private AliasEdits() {}

    /**
     * Points an alias to a version.
     *
     * @param aliases versions by alias; changed only if the answer is {@link AliasChange.Done}
     * @param expected where it must point now, empty for nowhere, or null for anywhere
     */
    public static AliasChange move(SortedMap<String, String> aliases, String alias, String version,
            @Nullable String expected) {
        String actual = aliases.get(alias);
        if (!isExpected(expected, actual)) {
            return new AliasChange.Conflict(actual);
        }
        aliases.put(alias, version);
        return new AliasChange.Done(actual);
    }

    /**
     * Takes an alias away.
     *
     * @param aliases versions by alias; changed only if the answer is {@link AliasChange.Done}
     * @param expected where it must point now, or null for anywhere
     */
    public static AliasChange remove(SortedMap<String, String> aliases, String alias, @Nullable String expected) {
        String actual = aliases.get(alias);
        if (actual == null) {
            return new AliasChange.Missing();
        }
        if (!isExpected(expected, actual)) {
            return new AliasChange.Conflict(actual);
        }
        aliases.remove(alias);
        return new AliasChange.Done(actual);
    }

    private static boolean isExpected(@Nullable String expected, @Nullable String actual) {
        return expected == null || expected.equals(Objects.requireNonNullElse(actual, ""));
    }
}
