package dev.pathline.common.registry;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.Versions;
import dev.pathline.common.port.ModelRegistry.BrokenCard;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one look at a registry found: versions, those that are on their way out, aliases, and what is broken. */
public final class Catalog {

    private final List<RegisteredModel> models;
    private final List<RegisteredModel> retired;
    private final Map<String, Map<String, String>> aliases;
    private final List<BrokenCard> broken;

    private Catalog(Builder builder) {
        this.aliases = Map.copyOf(builder.aliases);
        this.broken = List.copyOf(builder.broken);
        this.models = builder.models(false);
        this.retired = builder.models(true);
    }

    /** The versions that can be used, by name, the newest first. */
    public List<RegisteredModel> models() {
        return models;
    }

    /** The versions that are retired, in the same order. */
    public List<RegisteredModel> retired() {
        return retired;
    }

    /** What cannot be read. */
    public List<BrokenCard> broken() {
        return broken;
    }

    /** The aliases of a model. */
    public Map<String, String> aliases(String name) {
        return aliases.getOrDefault(name, Map.of());
    }

    /** Finds by {@code name}, {@code name@version} or {@code name@alias}. */
    public Optional<RegisteredModel> resolve(String reference) {
        int at = reference.indexOf('@');
        String name = at < 0 ? reference : reference.substring(0, at);
        if (at < 0) {
            return models.stream().filter(model -> model.name().equals(name)).findFirst();
        }
        String wanted = reference.substring(at + 1);
        // A version wins over an alias of the same name, so that name@version means one thing for ever.
        return find(models, name, wanted).or(
                () -> Optional.ofNullable(aliases(name).get(wanted)).flatMap(version -> find(name, version)));
    }

    /** Finds one version, also a retired one. */
    public Optional<RegisteredModel> find(String name, String version) {
        return find(models, name, version).or(() -> find(retired, name, version));
    }

    /** Refuses an alias that is a version: {@code name@version} would hide it. */
    public void requireNoVersion(String name, String alias) {
        if (find(name, alias).isPresent()) {
            throw new IllegalArgumentException("'" + alias + "' is a version of " + name + ", and cannot be an alias");
        }
    }

    private static Optional<RegisteredModel> find(List<RegisteredModel> models, String name, String version) {
        return models.stream().filter(model -> model.name().equals(name) && model.version().equals(version))
                .findFirst();
    }

    /** Gathers what a look at a registry finds; the first version or alias of a name counts. */
    public static final class Builder {

        private record Found(String name, String version, String location, ModelCard card, Instant createdAt,
                @Nullable ModelManifest manifest) {}

        private final Map<String, Found> found = new LinkedHashMap<>();
        private final Map<String, Map<String, String>> aliases = new HashMap<>();
        private final List<BrokenCard> broken = new ArrayList<>();

        /** Adds a version; one whose card has another name is broken. */
        public void add(String name, String version, String location, ModelCard card, Instant createdAt,
                @Nullable ModelManifest manifest) {
            if (!card.name().equals(name)) {
                broken(location, "the card says the model is " + card.name() + ", but its folder is " + name);
            } else {
                found.putIfAbsent(name + "@" + version,
                        new Found(name, version, location, card.withVersion(version), createdAt, manifest));
            }
        }

        /** Adds the aliases of a model. */
        public void aliases(String name, Map<String, String> versions) {
            Map<String, String> known = aliases.computeIfAbsent(name, _ -> new TreeMap<>());
            versions.forEach(known::putIfAbsent);
        }

        /** Adds something that cannot be read. */
        public void broken(String file, String reason) {
            broken.add(new BrokenCard(file, reason));
        }

        /** Returns the catalogue. */
        public Catalog build() {
            return new Catalog(this);
        }

        private List<RegisteredModel> models(boolean wantRetired) {
            return found.values().stream()
                    .filter(one -> wantRetired == (one.manifest() != null
                            && one.manifest().state() == ModelManifest.State.RETIRED))
                    .map(one -> new RegisteredModel(one.name(), one.version(), names(one), one.location(), one.card(),
                            one.createdAt(), one.manifest()))
                    .sorted(Comparator.comparing(RegisteredModel::name).thenComparing(RegisteredModel::version,
                            Versions.ORDER.reversed()))
                    .toList();
        }

        private List<String> names(Found one) {
            return aliases.getOrDefault(one.name(), Map.of()).entrySet().stream()
                    .filter(entry -> entry.getValue().equals(one.version())).map(Map.Entry::getKey).sorted().toList();
        }
    }
}
