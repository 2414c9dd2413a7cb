package dev.pathline.s3;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.model.ModelNames;
import dev.pathline.common.registry.AliasEdits;
import dev.pathline.common.registry.BrokenLog;
import dev.pathline.common.registry.Catalog;
import dev.pathline.common.registry.CatalogRegistry;
import dev.pathline.common.registry.RegistryJson;
import dev.pathline.common.registry.RemoteCatalog;
import dev.pathline.common.registry.Verifier;
import dev.pathline.s3.S3Objects.Listed;
import dev.pathline.s3.S3Versions.Read;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models in a bucket, in the places that {@link S3Layout} lists; files are copied here when they are first opened. While the
 * bucket cannot be reached, what was known of it is answered, and copies are served.
 */
public final class S3ModelRegistry extends CatalogRegistry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(S3ModelRegistry.class);
    private static final int ATTEMPTS = 100;
    private static final int MAX_SMALL = 1 << 20;
    /** Parts of an upload that began so long ago and never ended are given up. */
    private static final Duration UPLOAD_AGE = Duration.ofDays(7);

    private final S3Settings settings;
    private final Clock clock;
    private final S3Objects objects;
    private final S3Versions versions;
    private final S3Scan scan;
    private final ModelCache cache;
    private final RemoteCatalog catalog;
    private final BrokenLog reported = new BrokenLog(LOG);

    /**
     * A registry in a bucket, which is first asked when it is needed.
     *
     * @throws IllegalStateException if the AWS SDK is not there
     */
    public S3ModelRegistry(S3Settings settings, Clock clock) {
        this(settings, clock, Thread::startVirtualThread);
    }

    /**
     * A registry in a bucket.
     *
     * @param background runs the looks that nobody waits for
     */
    S3ModelRegistry(S3Settings settings, Clock clock, Executor background) {
        this.settings = settings;
        this.clock = clock;
        this.objects = new S3Objects(settings);
        this.versions = new S3Versions(objects, clock);
        this.scan = new S3Scan(objects, settings.location());
        this.cache = new ModelCache(settings.cache(), settings.cacheBytes(), clock);
        this.catalog = new RemoteCatalog(this::look, settings.maxAge(), clock, background);
    }

    @Override
    public Path open(RegisteredModel model) {
        return read(model, Function.identity());
    }

    @Override
    public <T> T read(RegisteredModel model, Function<Path, T> reader) {
        ModelManifest manifest = Objects.requireNonNull(model.manifest(), "a model in a bucket has a manifest");
        String folder = S3Layout.folder(model.name(), model.version());
        try (ModelCache.CachedModel copy = cache.open(manifest, path -> objects.open(folder + path))) {
            return reader.apply(copy.folder());
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("the model " + model.reference() + " is gone: there is no " + e.getFile(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("the model " + model.reference() + " cannot be copied to "
                    + settings.cache() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void requireWritable() throws IOException {
        objects.requireConditions();
        String key = ".probes/writable";
        objects.put(key, new byte[]{1});
        objects.delete(key);
        cache.incoming().close();
    }

    @Override
    public Registration register(NewModel model) throws IOException {
        ModelNames.requireName(model.name());
        if (model.version() != null) {
            ModelNames.requireVersion(model.version());
        }
        S3Registration.Result result = new S3Registration(objects, versions, cache, clock).run(model);
        catalog.changed();
        return new Registration(catalog.fresh().find(model.name(), result.version())
                .orElseThrow(() -> new IllegalStateException(
                        model.name() + "@" + result.version() + " was written, and cannot be read")),
                result.created());
    }

    @Override
    public RegisteredModel seal(RegisteredModel model) {
        return model;
    }

    @Override
    public Verification verify(RegisteredModel model) throws IOException {
        ModelManifest manifest = versions.read(model.name(), model.version()).map(Read::manifest)
                .orElseThrow(() -> new IllegalStateException("the model " + model.reference() + " is gone"));
        String folder = S3Layout.folder(model.name(), model.version());
        List<String> present = objects.list(folder).stream().map(object -> object.key().substring(folder.length()))
                .filter(path -> !path.equals(ModelManifest.FILE)).toList();
        return Verifier.of(manifest, present, path -> objects.open(folder + path));
    }

    @Override
    public AliasChange moveAlias(String name, String alias, String version, @Nullable String expected) {
        ModelNames.requireName(name);
        ModelNames.requireAlias(alias);
        ModelNames.requireVersion(version);
        Catalog current = catalog.fresh();
        current.requireNoVersion(name, alias);
        return edit(name, aliases -> {
            boolean ready = current.find(name, version).isPresent() && versions.read(name, version)
                    .filter(read -> read.manifest().state() == State.READY).isPresent();
            return ready ? AliasEdits.move(aliases, alias, version, expected) : new AliasChange.Missing();
        });
    }

    @Override
    public AliasChange removeAlias(String name, String alias, @Nullable String expected) {
        ModelNames.requireName(name);
        ModelNames.requireAlias(alias);
        return edit(name, aliases -> AliasEdits.remove(aliases, alias, expected));
    }

    private AliasChange edit(String name, Function<SortedMap<String, String>, AliasChange> editor) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Aliases read = readAliases(name);
            AliasChange change = editor.apply(read.versions());
            if (!(change instanceof AliasChange.Done)
                    || objects.swap(S3Layout.aliases(name), RegistryJson.aliases(read.versions()), read.etag())
                            .isPresent()) {
                catalog.changed();
                return change;
            }
        }
        throw S3Versions.contended("the list of aliases of " + name);
    }

    /** Aliases as they were read, and the tag of their object; null if there is none. */
    private record Aliases(SortedMap<String, String> versions, @Nullable String etag) {}

    /** Without knowing all aliases, none can be changed, and nothing that one may point to can go. */
    private Aliases readAliases(String name) {
        String key = S3Layout.aliases(name);
        try {
            return objects.get(key, MAX_SMALL)
                    .map(read -> new Aliases(RegistryJson.aliases(read.bytes()), read.etag()))
                    .orElseGet(() -> new Aliases(new TreeMap<>(), null));
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException(new IOException(
                    settings.location() + "/" + key + " has to be repaired first: " + e.getMessage(), e));
        }
    }

    @Override
    public void hold(String name, String version, Instant until) {
        if (find(name, version).isEmpty()) {
            return;
        }
        String key = S3Layout.hold(name, version);
        Instant now = readHold(key).orElse(Instant.MIN);
        if (until.isAfter(now)) {
            objects.put(key, RegistryJson.hold(until));
        }
    }

    @Override
    public Map<String, Instant> holds() {
        var holds = new HashMap<String, Instant>();
        for (Listed object : objects.list("")) {
            S3Layout.holdOf(object.key()).ifPresent(place -> readHold(object.key())
                    .ifPresent(until -> holds.put(place.name() + "@" + place.version(), until)));
        }
        return holds;
    }

    /** A hold that is none holds for ever, which loses nothing. */
    private Optional<Instant> readHold(String key) {
        try {
            return objects.get(key, MAX_SMALL).map(read -> RegistryJson.hold(read.bytes()));
        } catch (IllegalArgumentException e) {
            return Optional.of(Instant.MAX);
        }
    }

    @Override
    public boolean retire(RegisteredModel model) {
        boolean retired = versions.moveIf(model.name(), model.version(), State.READY, State.RETIRED,
                () -> !isAliased(model));
        // An alias may have come between the look and the change: then the alias wins.
        boolean aliased = retired && isAliased(model);
        if (aliased) {
            versions.move(model.name(), model.version(), State.RETIRED, State.READY);
        }
        catalog.changed();
        return retired && !aliased;
    }

    private boolean isAliased(RegisteredModel model) {
        return readAliases(model.name()).versions().containsValue(model.version());
    }

    @Override
    public void restore(RegisteredModel model) {
        versions.move(model.name(), model.version(), State.RETIRED, State.READY);
        catalog.changed();
    }

    @Override
    public void remove(RegisteredModel model) {
        if (versions.move(model.name(), model.version(), State.RETIRED, State.GONE)) {
            versions.clear(model.name(), model.version());
        }
        catalog.changed();
    }

    @Override
    public Swept sweep() {
        objects.abortUploads(clock.instant().minus(UPLOAD_AGE));
        return new Swept(versions.sweep().stream().map(key -> settings.location() + "/" + key).toList(),
                List.of());
    }

    @Override
    protected Catalog catalog() {
        return catalog.get();
    }

    @Override
    protected Catalog again() {
        return catalog.again();
    }

    @Override
    public Optional<Outage> outage() {
        return catalog.outage();
    }

    /** One look at a time. */
    private Catalog look() {
        Catalog found = scan.look();
        reported.say(found.broken());
        return found;
    }

    @Override
    public void close() {
        objects.close();
    }
}
