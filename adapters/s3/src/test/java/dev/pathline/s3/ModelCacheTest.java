package dev.pathline.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.s3.ModelCache.CachedModel;
import dev.pathline.common.testing.Models;
import dev.pathline.common.testing.MutableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {

    private static final int SIZE = 1000;

    private final MutableClock time = new MutableClock();
    private Runnable onLook = () -> {
    };

    /** Lets something happen when the cache looks at the time, which it does in the middle of evicting. */
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return time.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            onLook.run();
            return time.instant();
        }
    };

    @TempDir
    private Path folder;

    private ModelCache cache() {
        // Room for one copy, not for two.
        return new ModelCache(folder.resolve("cache"), SIZE * 3 / 2, clock);
    }

    private CachedModel open(ModelCache cache, String name) {
        try {
            Path source = folder.resolve("bucket").resolve(name);
            if (!Files.exists(source)) {
                Models.write(source, Models.card(name), name.substring(0, 1).repeat(SIZE));
            }
            var manifest = ModelManifest.of(name, "1", Instant.EPOCH, FolderContent.of(source), Models.LINEAGE);
            return cache.open(manifest, path -> Files.newInputStream(source.resolve(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldNotEvictWhatIsOpenedWhileItLooksForWhatToEvict() {
        ModelCache cache = cache();
        open(cache, "old").close();
        time.advance(ModelCache.GRACE.plusSeconds(1));
        var opened = new Path[1];
        int[] looks = {0};
        // The first look at the time marks the new copy as opened; the second one comes when the copies are listed.
        onLook = () -> {
            if (++looks[0] == 2) {
                try (CachedModel copy = open(cache, "old")) {
                    opened[0] = copy.folder();
                }
            }
        };
        open(cache, "new").close();

        assertThat(looks[0]).isGreaterThan(2);
        assertThat(opened[0].resolve(Models.WEIGHTS)).hasSize(SIZE);
    }

    @Test
    void shouldKeepWhatIsBeingReadHoweverLongThatTakes() {
        ModelCache cache = cache();
        Path slow;
        try (CachedModel copy = open(cache, "old")) {
            slow = copy.folder();
            time.advance(Duration.ofHours(3));
            open(cache, "new").close();
            assertThat(slow.resolve(Models.WEIGHTS)).hasSize(SIZE);
        }
        time.advance(Duration.ofHours(3));
        open(cache, "newer").close();
        assertThat(slow).doesNotExist();
    }

    @Test
    void shouldEvictNothingButCopies() throws IOException {
        Path other = Files.createDirectories(folder.resolve("cache/data"));
        Files.writeString(other.resolve("images"), "x".repeat(10 * SIZE));
        Files.setLastModifiedTime(other, FileTime.from(time.instant()));
        time.advance(Duration.ofHours(3));
        open(cache(), "new").close();
        assertThat(other.resolve("images")).exists();
    }

    @Test
    void shouldLeaveACopyToAnotherProcessForAWhile() {
        try (CachedModel copy = open(cache(), "old")) {
            ModelCache other = cache();
            time.advance(ModelCache.GRACE.minusSeconds(1));
            open(other, "new").close();
            assertThat(copy.folder()).exists();
        }
    }
}
