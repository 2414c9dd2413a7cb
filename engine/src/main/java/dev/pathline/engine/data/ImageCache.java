package dev.pathline.engine.data;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.data.images.ImageDecoder;
import dev.pathline.engine.data.images.ImageTarget;
import dev.pathline.engine.data.images.UnusableImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decoded images in a folder: one file a data set, named by a hash of what it was made from. Files appear whole or not at
 * all, so processes that make the same one at a time do no harm to each other, and one that was killed leaves nothing that
 * is believed.
 */
final class ImageCache {

    private static final String PREFIX = "images-";
    private static final Duration ABANDONED = Duration.ofDays(1);
    private static final int AHEAD = 4;

    private final Path folder;
    private final List<ImageFiles.Entry> files;
    private final ImageTarget target;
    private final MessageDigest digest;
    private final List<Integer> labels = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private int rejected;

    private ImageCache(Path folder, List<ImageFiles.Entry> files, ImageTarget target) {
        this.folder = folder;
        this.files = files;
        this.target = target;
        this.digest = Summary.digest(target.shape());
    }

    /** What became of a file: its pixels, or why there are none. */
    private static final class Decoded {

        private final ImageFiles.Entry file;
        private final byte @Nullable [] pixels;
        private final String problem;

        Decoded(ImageFiles.Entry file, byte @Nullable [] pixels, String problem) {
            this.file = file;
            this.pixels = pixels;
            this.problem = problem;
        }
    }

    /**
     * Opens the images, and decodes them if they are not there yet.
     *
     * @param cache the folder of all such files
     * @param folder where the images are
     * @throws DataException if no image can be used, or nothing can be written
     */
    static CachedImages open(Path cache, Path folder, List<ImageFiles.Entry> files, ImageTarget target) {
        Path file = cache.resolve(PREFIX + key(folder, files, target) + ".bin");
        return CacheFile.read(file, target).orElseGet(() -> {
            new ImageCache(folder, files, target).write(file);
            return CacheFile.read(file, target).orElseThrow(() -> new DataException(file
                    + " is not what was written to it: its disk or another process changed it"));
        });
    }

    private static String key(Path folder, List<ImageFiles.Entry> files, ImageTarget target) {
        var text = new StringBuilder(folder.toAbsolutePath().normalize().toString()).append('\n').append(target)
                .append('\n').append("decoder ").append(ImageDecoder.VERSION);
        for (ImageFiles.Entry file : files) {
            text.append('\n').append(file.name()).append('\0').append(file.label()).append('\0').append(file.size())
                    .append('\0').append(file.modified());
        }
        return Hashes.sha256(text.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }

    private void write(Path file) {
        Path place = file.toAbsolutePath().resolveSibling("").normalize();
        try {
            Files.createDirectories(place);
            removeAbandoned(place);
            AtomicFiles.write(file, this::writeTo);
        } catch (IOException e) {
            throw new DataException("decoded images cannot be kept in " + place + ": "
                    + e.getClass().getSimpleName() + ": " + e.getMessage() + "; "
                    + (long) files.size() * target.bytes() + " bytes are needed there; " + DataCache.VARIABLE
                    + " names another folder", e);
        }
    }

    private void writeTo(FileChannel channel) throws IOException {
        channel.position(CacheFile.HEAD);
        decode(channel);
        var summary = new Rejected(rejected, examples);
        if (labels.isEmpty()) {
            throw ImageFolder.tooMany(folder, summary, files.size());
        }
        int[] indices = labels.stream().mapToInt(Integer::intValue).toArray();
        CacheFile.finish(channel, target, indices, summary,
                Summary.of(0, digest, CacheFile.known(indices)).sha256());
    }

    private void decode(FileChannel channel) throws IOException {
        var decoder = new ImageDecoder(target);
        int threads = Runtime.getRuntime().availableProcessors();
        var underWay = new ArrayDeque<Future<Decoded>>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon(true)
                .name("decode-", 0).factory())) {
            try {
                for (ImageFiles.Entry file : files) {
                    underWay.add(pool.submit((Callable<Decoded>) () -> decode(decoder, file)));
                    if (underWay.size() > threads * AHEAD) {
                        take(underWay.remove(), channel);
                    }
                }
                while (!underWay.isEmpty()) {
                    take(underWay.remove(), channel);
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }

    private static Decoded decode(ImageDecoder decoder, ImageFiles.Entry file) {
        try {
            return new Decoded(file, decoder.decode(file.path()), "");
        } catch (UnusableImageException e) {
            return new Decoded(file, null, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Decoded(file, null, "it cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private void take(Future<Decoded> future, FileChannel channel) throws IOException {
        Decoded decoded;
        try {
            decoded = future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an image was not decoded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("the decoding of " + folder + " was interrupted", e);
        }
        if (decoded.pixels == null) {
            rejected++;
            if (examples.size() < Rejected.MOST_EXAMPLES) {
                examples.add(decoded.file.name() + ": " + decoded.problem);
            }
            return;
        }
        digest.update(decoded.pixels);
        ByteBuffer bytes = ByteBuffer.wrap(decoded.pixels);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        labels.add(decoded.file.label());
    }

    /** What a process leaves that is killed while it writes. */
    private static void removeAbandoned(Path folder) throws IOException {
        Instant old = Instant.now().minus(ABANDONED);
        try (Stream<Path> there = Files.list(folder)) {
            for (Path file : there.filter(path -> path.getFileName().toString().matches("\\." + PREFIX + ".*\\.part"))
                    .toList()) {
                if (file.toFile().lastModified() < old.toEpochMilli()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
