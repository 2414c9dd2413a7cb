package dev.pathline.common.inprocess;

import dev.pathline.common.model.UnsealedCheck;
import dev.pathline.common.disk.Disk;
import dev.pathline.common.disk.FolderLock;
import dev.pathline.common.disk.Incoming;
import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.Lineage;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelNames;
import dev.pathline.common.registry.AliasEdits;
import dev.pathline.common.registry.BrokenLog;
import dev.pathline.common.registry.Catalog;
import dev.pathline.common.registry.CatalogRegistry;
import dev.pathline.common.registry.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models in directories: {@code ROOT/NAME/VERSION/pathline.json} with {@code manifest.json} beside it, and
 * {@code ROOT/NAME/aliases.json} with {@code {"champion": "3"}}. Looks again when its last look is older than a while, so
 * new versions appear without a restart. A broken card, and a version of which a file is missing or not complete, is logged
 * once, reported, and skipped; it appears when it is whole. Of two roots with the same
 * version, the first wins; new models go to the first.
 *
 * <p>Writers take a lock on the model's folder; readers need none, because a version appears by one rename and every other
 * change is one file that is replaced. A folder that somebody put there by hand works without a manifest, and nothing here
 * ever deletes it.
 */
public final class DirectoryModelRegistry extends CatalogRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryModelRegistry.class);

    private final List<Path> roots;
    private final Clock clock;
    private final Duration maxAge;
    private final UnsealedCheck unsealed;
    private final BrokenLog reported = new BrokenLog(LOG);
    private @Nullable Catalog catalog;
    private Instant scannedAt = Instant.MIN;

    /**
     * A registry over directories, which may not exist yet.
     *
     * @param roots at least one
     * @param maxAge how old an answer may be; zero looks every time
     */
    public DirectoryModelRegistry(List<Path> roots, Duration maxAge, Clock clock) {
        this(roots, maxAge, clock, UnsealedCheck.CARD_ALONE);
    }

    /**
     * A registry over directories, which may not exist yet.
     *
     * @param roots at least one
     * @param maxAge how old an answer may be; zero looks every time
     * @param unsealed says of a folder without a manifest whether it is whole
     */
    public DirectoryModelRegistry(List<Path> roots, Duration maxAge, Clock clock, UnsealedCheck unsealed) {
        this.roots = List.copyOf(roots);
        this.maxAge = maxAge;
        this.clock = clock;
        this.unsealed = unsealed;
    }

    @Override
    public Path open(RegisteredModel model) {
        Path folder = Path.of(model.location());
        if (!Files.isRegularFile(folder.resolve(FolderContent.CARD))) {
            throw new IllegalStateException("the model " + model.reference() + " is gone from " + folder);
        }
        return folder;
    }

    @Override
    public void requireWritable() throws IOException {
        Disk.requireWritable(roots.getFirst());
    }

    @Override
    public Registration register(NewModel model) throws IOException {
        ModelHome home = new ModelHome(roots.getFirst().resolve(ModelNames.requireName(model.name())));
        if (model.version() != null) {
            ModelNames.requireVersion(model.version());
        }
        Files.createDirectories(home.folder());
        Incoming.sweep(home.folder(), Instant.MIN);
        try (Incoming incoming = Incoming.in(home.folder())) {
            var registration = new DirectoryRegistration(home, homes(model.name()), incoming, clock, unsealed);
            boolean created = registration.run(model);
            forget();
            return new Registration(find(model.name(), registration.version())
                    .orElseThrow(() -> new IllegalStateException(home.version(registration.version())
                            + " was written, and cannot be read")),
                    created);
        }
    }

    @Override
    public RegisteredModel seal(RegisteredModel model) throws IOException {
        ModelHome home = home(model);
        try (var _ = FolderLock.take(home.folder())) {
            if (home.manifest(model.version()).isEmpty()) {
                FolderContent content = FolderContent.of(home.version(model.version()));
                home.writeManifest(ModelManifest.of(model.name(), model.version(), model.createdAt(), content,
                        Lineage.of(content.card())));
            }
        }
        forget();
        return find(model.name(), model.version())
                .orElseThrow(() -> new IllegalStateException("the model " + model.reference() + " is gone"));
    }

    @Override
    public Verification verify(RegisteredModel model) throws IOException {
        ModelManifest manifest = home(model).manifest(model.version()).orElse(null);
        return manifest == null
                ? new Verification(false, 0, List.of())
                : Verifier.ofFolder(manifest, Path.of(model.location()));
    }

    @Override
    public AliasChange moveAlias(String name, String alias, String version, @Nullable String expected) {
        ModelNames.requireName(name);
        ModelNames.requireAlias(alias);
        ModelNames.requireVersion(version);
        try {
            Catalog current = again();
            Optional<RegisteredModel> target = current.find(name, version);
            if (target.isEmpty()) {
                return new AliasChange.Missing();
            }
            current.requireNoVersion(name, alias);
            ModelHome home = aliasHome(name, alias).orElse(home(target.get()));
            try (var _ = FolderLock.take(home.folder())) {
                if (!isReady(target.get(), unsealed)) {
                    return new AliasChange.Missing();
                }
                return edit(home, aliases -> AliasEdits.move(aliases, alias, version, expected));
            }
        } catch (IOException e) {
            throw cannotWrite(name, e);
        } finally {
            forget();
        }
    }

    @Override
    public AliasChange removeAlias(String name, String alias, @Nullable String expected) {
        ModelNames.requireName(name);
        ModelNames.requireAlias(alias);
        try {
            Optional<ModelHome> home = aliasHome(name, alias);
            if (home.isEmpty()) {
                return new AliasChange.Missing();
            }
            try (var _ = FolderLock.take(home.get().folder())) {
                return edit(home.get(), aliases -> AliasEdits.remove(aliases, alias, expected));
            }
        } catch (IOException e) {
            throw cannotWrite(name, e);
        } finally {
            forget();
        }
    }

    /** Edits the aliases of a model whose folder is locked. */
    private static AliasChange edit(ModelHome home, Function<SortedMap<String, String>, AliasChange> editor)
            throws IOException {
        SortedMap<String, String> aliases = readAliases(home);
        AliasChange change = editor.apply(aliases);
        if (change instanceof AliasChange.Done) {
            home.writeAliases(aliases);
        }
        return change;
    }

    /** Without knowing all aliases, none can be changed, and nothing that one may point to can go. */
    private static SortedMap<String, String> readAliases(ModelHome home) throws IOException {
        try {
            return home.aliases();
        } catch (IllegalArgumentException e) {
            throw new IOException(home.aliasesFile() + " has to be repaired first: " + e.getMessage(), e);
        }
    }

    /** Where an alias is now: the first root that has it. */
    private Optional<ModelHome> aliasHome(String name, String alias) throws IOException {
        for (ModelHome home : homes(name)) {
            if (readAliases(home).containsKey(alias)) {
                return Optional.of(home);
            }
        }
        return Optional.empty();
    }

    @Override
    public void hold(String name, String version, Instant until) {
        Optional<RegisteredModel> model = find(name, version);
        if (model.isEmpty()) {
            return;
        }
        ModelHome home = home(model.get());
        try (var _ = FolderLock.take(home.folder())) {
            Instant now = home.holds().getOrDefault(version, Instant.MIN);
            if (until.isAfter(now)) {
                home.writeHold(version, until);
            }
        } catch (IOException e) {
            throw cannotWrite(name, e);
        }
    }

    @Override
    public Map<String, Instant> holds() {
        var holds = new HashMap<String, Instant>();
        try {
            for (Path root : roots) {
                for (ModelHome home : CheckpointScan.homesIn(root)) {
                    home.holds().forEach((version, until) -> holds.merge(home.name() + "@" + version, until,
                            (a, b) -> a.isAfter(b) ? a : b));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what is held in " + roots + " cannot be read: " + e.getMessage(), e);
        }
        return holds;
    }

    @Override
    public boolean retire(RegisteredModel model) {
        ModelHome home = home(model);
        return change(model, manifest -> manifest.state() == State.READY, State.RETIRED, () -> {
            for (ModelHome any : homes(model.name())) {
                if (readAliases(any).containsValue(model.version())) {
                    return false;
                }
            }
            return home.hasCard(model.version());
        });
    }

    @Override
    public void restore(RegisteredModel model) {
        change(model, manifest -> manifest.state() == State.RETIRED, State.READY, () -> true);
    }

    @Override
    public void remove(RegisteredModel model) {
        boolean gone = change(model, manifest -> manifest.state() == State.RETIRED, State.GONE, () -> true);
        if (gone) {
            try {
                home(model).clear(model.version());
            } catch (IOException e) {
                throw cannotWrite(model.name(), e);
            }
        }
    }

    /** A look that decides whether a change may be made, under the lock. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private boolean change(RegisteredModel model, Predicate<ModelManifest> from, State to, Condition condition) {
        ModelHome home = home(model);
        try (var _ = FolderLock.take(home.folder())) {
            Optional<ModelManifest> manifest = home.manifest(model.version());
            if (manifest.isEmpty() || !from.test(manifest.get()) || !condition.holds()) {
                return false;
            }
            home.writeManifest(manifest.get().in(to, clock.instant()));
            return true;
        } catch (IOException e) {
            throw cannotWrite(model.name(), e);
        } finally {
            forget();
        }
    }

    @Override
    public Swept sweep() {
        Instant before = clock.instant().minus(WRITER_PATIENCE);
        var deleted = new ArrayList<String>();
        var problems = new ArrayList<String>();
        for (Path root : roots) {
            try {
                for (ModelHome home : CheckpointScan.homesIn(root)) {
                    sweep(home, before, deleted, problems);
                }
            } catch (IOException e) {
                problems.add(root + " cannot be listed: " + e.getMessage());
            }
        }
        return new Swept(deleted, problems);
    }

    private static void sweep(ModelHome home, Instant before, List<String> deleted, List<String> problems) {
        try {
            deleted.addAll(Incoming.sweep(home.folder(), before));
            for (String version : home.versions()) {
                if (isGone(home, version) && home.clear(version)) {
                    deleted.add(home.version(version).toString());
                }
            }
        } catch (IOException e) {
            problems.add("what is left in " + home.folder() + " cannot be deleted: " + e.getMessage());
        }
    }

    private static boolean isGone(ModelHome home, String version) throws IOException {
        try {
            return home.manifest(version).filter(manifest -> manifest.state() == State.GONE).isPresent();
        } catch (IllegalArgumentException e) {
            // What the manifest says cannot be read, so nothing of the version is deleted; the catalogue reports it.
            return false;
        }
    }

    private static boolean isReady(RegisteredModel model, UnsealedCheck unsealed) throws IOException {
        ModelHome home = home(model);
        Optional<ModelManifest> manifest = home.manifest(model.version());
        return home.hasCard(model.version()) && manifest.map(known -> known.state() == State.READY).orElse(true)
                && home.incomplete(model.version(), manifest, unsealed).isEmpty();
    }

    private List<ModelHome> homes(String name) {
        return roots.stream().map(root -> new ModelHome(root.resolve(name))).toList();
    }

    private static ModelHome home(RegisteredModel model) {
        return new ModelHome(Path.of(model.location()).resolveSibling("").toAbsolutePath().normalize());
    }

    private UncheckedIOException cannotWrite(String name, IOException e) {
        return new UncheckedIOException("the model " + name + " in " + roots + " cannot be changed: " + e.getMessage()
                + " (" + e.getClass().getSimpleName() + ")", e);
    }

    @Override
    protected synchronized Catalog again() {
        forget();
        return catalog();
    }

    private synchronized void forget() {
        catalog = null;
    }

    @Override
    protected synchronized Catalog catalog() {
        Instant now = clock.instant();
        Catalog current = catalog;
        if (current == null || !scannedAt.plus(maxAge).isAfter(now)) {
            current = CheckpointScan.of(roots, unsealed);
            catalog = current;
            scannedAt = now;
            reported.say(current.broken());
        }
        return current;
    }
}
