package dev.pathline.api.models;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.model.ModelNames;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.ModelStore.AliasChange;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.diffusion.card.NameList;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The models and their aliases. Methods may block. */
public final class ModelService {

    private final ModelStore models;
    private final WorkerLiveness workers;

    /**
     * A service over a registry.
     *
     * @param workers who say in which profiles they compute the models
     */
    public ModelService(ModelStore models, WorkerLiveness workers) {
        this.models = models;
        this.workers = workers;
    }

    /** The newest version of every model, by name. */
    public List<ObjectNode> list() {
        List<RegisteredModel> all = models.list();
        return all.stream().map(RegisteredModel::name).distinct()
                .map(name -> answer(
                        all.stream().filter(model -> model.name().equals(name)).findFirst().orElseThrow(), all))
                .toList();
    }

    /**
     * One model.
     *
     * @param reference {@code name}, {@code name@version} or {@code name@alias}
     * @throws ApiException if there is none
     */
    public ObjectNode get(String reference) {
        List<RegisteredModel> all = models.list();
        return answer(find(reference, all), all);
    }

    private ObjectNode answer(RegisteredModel model, List<RegisteredModel> all) {
        return ModelAnswer.of(model, all, workers.profiles(model.reference()));
    }

    private RegisteredModel find(String reference, List<RegisteredModel> all) {
        return models.resolve(reference).orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_MODEL, "'" + reference
                + "' is not here; the models are "
                + NameList.of(all.stream().map(RegisteredModel::name).distinct().toList())));
    }

    /**
     * What the samples of a model are distributed by, where that is known exactly; empty where it is not.
     *
     * @param reference {@code name}, {@code name@version} or {@code name@alias}
     * @throws ApiException if there is no such model
     */
    public Optional<KnownMixture> mixture(String reference) {
        RegisteredModel model = find(reference, models.list());
        return model.card().shape().size() == 1 ? models.read(model, KnownMixture::read) : Optional.empty();
    }

    /**
     * Moves an alias.
     *
     * @param expected where it must point now; empty if there must be none yet; null for any
     * @throws ApiException if there is no such version (404), it points elsewhere (409), or cannot be an alias (422)
     */
    public AliasAnswer move(String name, String alias, String version, @Nullable String expected) {
        requireKnown(name);
        check("alias", () -> ModelNames.requireAlias(alias));
        check("version", () -> ModelNames.requireVersion(version));
        AliasChange change = check("alias", () -> models.moveAlias(name, alias, version, expected));
        return switch (change) {
            case AliasChange.Done done -> new AliasAnswer(name, alias, version, done.previous());
            case AliasChange.Conflict conflict -> throw conflict(name, alias, conflict.actual());
            case AliasChange.Missing _ -> throw ApiException.of(ErrorCode.UNKNOWN_MODEL, "version",
                    name + " has no version '" + version + "'; its versions are " + versions(name));
        };
    }

    /**
     * Takes an alias away.
     *
     * @param expected where it must point now; null for any
     * @throws ApiException if there is none (404), or it points elsewhere (409)
     */
    public void remove(String name, String alias, @Nullable String expected) {
        requireKnown(name);
        check("alias", () -> ModelNames.requireAlias(alias));
        AliasChange change = check("alias", () -> models.removeAlias(name, alias, expected));
        switch (change) {
            case AliasChange.Done _ -> {
            }
            case AliasChange.Conflict conflict -> throw conflict(name, alias, conflict.actual());
            case AliasChange.Missing _ -> throw new ApiException(ErrorCode.UNKNOWN_MODEL,
                    name + " has no alias '" + alias + "'; its aliases are "
                            + NameList.of(models.aliases(name).keySet()));
        }
    }

    private void requireKnown(String name) {
        List<String> known = models.list().stream().map(RegisteredModel::name).distinct().toList();
        if (!known.contains(name)) {
            throw new ApiException(ErrorCode.UNKNOWN_MODEL,
                    "'" + name + "' is not here; the models are " + NameList.of(known));
        }
    }

    private String versions(String name) {
        return NameList.of(models.list().stream().filter(model -> model.name().equals(name))
                .map(RegisteredModel::version).toList());
    }

    private static ApiException conflict(String name, String alias, @Nullable String actual) {
        return new ApiException(ErrorCode.ALIAS_MOVED, actual == null
                ? name + " has no alias '" + alias + "' yet"
                : name + "@" + alias + " is version " + actual,
                List.of(new FieldError("expected", "is not where the alias points now")));
    }

    private static <T> T check(String field, Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException e) {
            throw ApiException.of(ErrorCode.UNPROCESSABLE, field, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            throw new ApiException(ErrorCode.REGISTRY_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }
}
