package dev.pathline.common.port;

import java.util.List;

/**
 * The models whose jobs a worker takes.
 *
 * @param names one a model with all of its versions ({@code fashion-flow}), or a version ({@code fashion-flow@1}); empty for
 *        all models
 */
public record ServedModels(List<String> names) {

    /** All there are. */
    public static final ServedModels ALL = new ServedModels(List.of());

    /** Copies the names. */
    public ServedModels {
        names = List.copyOf(names);
    }

    /** Returns whether jobs of every model are taken. */
    public boolean servesAll() {
        return names.isEmpty();
    }

    /**
     * Returns whether jobs of a model are taken.
     *
     * @param reference {@code name@version}
     */
    public boolean serves(String reference) {
        int at = reference.indexOf('@');
        return servesAll() || names.contains(reference) || (at > 0 && names.contains(reference.substring(0, at)));
    }
}
