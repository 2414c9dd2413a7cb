package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Receives bodies of a declared type: bounded in size and in time.
 *
 * <p>A body without a content type, or of one of the types that a page may send to any server unasked (forms and plain
 * text), is refused even where its text would do: with {@code application/json} a browser asks the server first, and is
 * not answered.
 */
public final class BodyReader {

    /**
     * How much of a too large body is read and thrown away before it is refused, as a multiple of the limit: a client
     * that is still sending when the connection closes sees a broken connection, not the answer.
     */
    private static final int PATIENCE = 64;

    private final int limit;
    private final Duration timeout;

    /**
     * A reader.
     *
     * @param limit the largest accepted size in bytes
     * @param timeout how long a body may take to arrive
     */
    public BodyReader(int limit, Duration timeout) {
        this.limit = limit;
        this.timeout = timeout;
    }

    /** Receives a body of JSON; see {@link #read}. */
    public Mono<byte[]> json(ServerHttpRequest request) {
        return read(request, type -> false);
    }

    /**
     * Receives a body of JSON or of another type.
     *
     * @param alsoRead the media types that are read beside JSON's
     * @return the bytes, or an {@link ApiException}: another media type (415), too large (413), too slow (408)
     */
    public Mono<byte[]> read(ServerHttpRequest request, Predicate<MediaType> alsoRead) {
        return Mono.defer(() -> {
            requireReadable(request.getHeaders(), alsoRead);
            return received(request).timeout(timeout, Mono.error(() -> new ApiException(ErrorCode.BODY_TIMEOUT,
                    "The body was not complete after " + timeout.toMillis() / 1000.0 + " s")));
        });
    }

    /**
     * Returns the content type of a request.
     *
     * @throws ApiException if there is none, or it is no media type
     */
    public static MediaType contentType(HttpHeaders headers) {
        String sent = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        if (sent == null || sent.isBlank()) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The request has no content type");
        }
        try {
            return MediaType.parseMediaType(sent);
        } catch (InvalidMediaTypeException e) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "The content type '" + Shown.start(sent, 80)
                            + "' is no media type that is known here");
        }
    }

    private static void requireReadable(HttpHeaders headers, Predicate<MediaType> alsoRead) {
        MediaType type = contentType(headers);
        if (!isJson(type) && !alsoRead.test(type)) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The content type is " + type);
        }
        String charset = type.getParameter("charset");
        if (charset != null && !charset.replace("\"", "").equalsIgnoreCase("utf-8")) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The charset is " + charset + ", not UTF-8");
        }
        List<String> encodings = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING);
        if (encodings.stream().anyMatch(encoding -> !encoding.strip().equalsIgnoreCase("identity"))) {
            throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body's content-encoding is "
                    + String.join(", ", encodings) + "; send it as it is, without one");
        }
    }

    private Mono<byte[]> received(ServerHttpRequest request) {
        if (request.getHeaders().getContentLength() > limit) {
            return discard(request.getBody(), (long) limit * PATIENCE).then(Mono.error(this::tooLarge));
        }
        return DataBufferUtils.join(request.getBody(), limit).map(buffer -> {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            DataBufferUtils.release(buffer);
            return bytes;
        }).onErrorMap(DataBufferLimitException.class, e -> tooLarge()).defaultIfEmpty(new byte[0]);
    }

    private static boolean isJson(MimeType type) {
        return MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
                || (type.isConcrete() && type.getSubtype().endsWith("+json"));
    }

    private static Mono<Void> discard(Flux<DataBuffer> body, long atMost) {
        return body.map(buffer -> {
            int size = buffer.readableByteCount();
            DataBufferUtils.release(buffer);
            return (long) size;
        }).scan(0L, Long::sum).takeUntil(sum -> sum > atMost).then();
    }

    private ApiException tooLarge() {
        return new ApiException(ErrorCode.BODY_TOO_LARGE, "The body is larger than " + limit + " bytes");
    }
}
