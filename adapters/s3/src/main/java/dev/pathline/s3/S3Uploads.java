package dev.pathline.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Uploads files: small ones in one request, large ones in parts, so that a broken connection costs one part. */
final class S3Uploads {

    /** S3 takes no more parts than this. */
    private static final int MAX_PARTS = 10_000;

    private final S3Client client;
    private final S3Settings settings;

    S3Uploads(S3Client client, S3Settings settings) {
        this.client = client;
        this.settings = settings;
    }

    void put(String key, Path file, long bytes) {
        if (bytes <= settings.partBytes()) {
            client.putObject(r -> r.bucket(settings.bucket()).key(key), RequestBody.fromFile(file));
            return;
        }
        String upload = client.createMultipartUpload(r -> r.bucket(settings.bucket()).key(key)).uploadId();
        boolean done = false;
        try {
            List<CompletedPart> parts = parts(key, file, bytes, upload);
            client.completeMultipartUpload(
                    r -> r.bucket(settings.bucket()).key(key).uploadId(upload).multipartUpload(m -> m.parts(parts)));
            done = true;
        } finally {
            if (!done) {
                client.abortMultipartUpload(r -> r.bucket(settings.bucket()).key(key).uploadId(upload));
            }
        }
    }

    private List<CompletedPart> parts(String key, Path file, long bytes, String upload) {
        long size = Math.max(settings.partBytes(), Math.ceilDiv(bytes, MAX_PARTS));
        var parts = new ArrayList<CompletedPart>();
        for (long start = 0; start < bytes; start += size) {
            int number = parts.size() + 1;
            long offset = start;
            long length = Math.min(size, bytes - start);
            var answer = client.uploadPart(
                    r -> r.bucket(settings.bucket()).key(key).uploadId(upload).partNumber(number),
                    RequestBody.fromContentProvider(slice(file, offset, length), length, "application/octet-stream"));
            parts.add(CompletedPart.builder().partNumber(number).eTag(answer.eTag())
                    .checksumCRC32(answer.checksumCRC32()).build());
        }
        return parts;
    }

    /** Opened anew for every attempt, so that a part can be sent again. */
    private static ContentStreamProvider slice(Path file, long offset, long length) {
        return () -> {
            try {
                InputStream in = Files.newInputStream(file);
                in.skipNBytes(offset);
                return new BoundedInput(in, length);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
            }
        };
    }

    int abort(String prefix, Instant before) {
        int aborted = 0;
        for (MultipartUpload upload : client
                .listMultipartUploadsPaginator(r -> r.bucket(settings.bucket()).prefix(prefix)).uploads()) {
            if (upload.initiated().isBefore(before)) {
                client.abortMultipartUpload(
                        r -> r.bucket(settings.bucket()).key(upload.key()).uploadId(upload.uploadId()));
                aborted++;
            }
        }
        return aborted;
    }
}
