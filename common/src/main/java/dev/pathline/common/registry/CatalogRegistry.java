package dev.pathline.common.registry;

import dev.pathline.common.port.ModelStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A registry whose reading side is a {@link Catalog}: registries differ in how they look, not in what they answer. */
public abstract class CatalogRegistry implements ModelStore {

    /** Returns what there is, looked at recently enough. */
    protected abstract Catalog catalog();

    /** Returns what there is now, looked at for somebody who missed something. */
    protected abstract Catalog again();

    @Override
    public final List<RegisteredModel> list() {
        return catalog().models();
    }

    @Override
    public final Optional<RegisteredModel> resolve(String reference) {
        return catalog().resolve(reference);
    }

    @Override
    public final Optional<RegisteredModel> find(String name, String version) {
        Optional<RegisteredModel> known = catalog().find(name, version);
        return known.isPresent() ? known : again().find(name, version);
    }

    @Override
    public final List<BrokenCard> broken() {
        return catalog().broken();
    }

    @Override
    public final Map<String, String> aliases(String name) {
        return catalog().aliases(name);
    }

    @Override
    public final List<RegisteredModel> retired() {
        return catalog().retired();
    }
}
