package dev.pathline.common.inprocess;

import dev.pathline.common.port.ModelRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models in directories: {@code ROOT/NAME/VERSION/pathline.json}, and {@code ROOT/NAME/aliases.json} with
 * {@code {"champion": "3"}}. Looks again when its last look is older than a while, so new versions appear without a
 * restart. A broken card is logged once, reported, and skipped. Of two roots with the same version, the first wins.
 */
public final class DirectoryModelRegistry implements ModelRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryModelRegistry.class);

    private final List<Path> roots;
    private final Clock clock;
    private final Duration maxAge;
    private final Set<BrokenCard> reported = new HashSet<>();
    private @Nullable CheckpointScan scan;
    private Instant scannedAt = Instant.MIN;

    /**
     * A registry over directories, which may not exist yet.
     *
     * @param maxAge how old an answer may be; zero looks every time
     */
    public DirectoryModelRegistry(List<Path> roots, Duration maxAge, Clock clock) {
        this.roots = List.copyOf(roots);
        this.maxAge = maxAge;
        this.clock = clock;
    }

    @Override
    public List<RegisteredModel> list() {
        return scan().models();
    }

    @Override
    public Optional<RegisteredModel> resolve(String reference) {
        CheckpointScan current = scan();
        int at = reference.indexOf('@');
        String name = at < 0 ? reference : reference.substring(0, at);
        if (at < 0) {
            return current.models().stream().filter(model -> model.name().equals(name)).findFirst();
        }
        String wanted = reference.substring(at + 1);
        // A version wins over an alias of the same name, so that name@version means one thing for ever.
        return find(current, name, wanted)
                .or(() -> Optional.ofNullable(current.aliases().getOrDefault(name, Map.of()).get(wanted))
                        .flatMap(version -> find(current, name, version)));
    }

    @Override
    public List<BrokenCard> broken() {
        return scan().broken();
    }

    private static Optional<RegisteredModel> find(CheckpointScan scan, String name, String version) {
        return scan.models().stream().filter(model -> model.name().equals(name) && model.version().equals(version))
                .findFirst();
    }

    private synchronized CheckpointScan scan() {
        Instant now = clock.instant();
        CheckpointScan current = scan;
        if (current == null || !scannedAt.plus(maxAge).isAfter(now)) {
            current = new CheckpointScan(roots);
            scan = current;
            scannedAt = now;
            for (BrokenCard card : current.broken()) {
                if (reported.add(card)) {
                    LOG.warn("Skipping {}: {}", card.file(), card.reason());
                }
            }
            reported.retainAll(current.broken());
        }
        return current;
    }
}
