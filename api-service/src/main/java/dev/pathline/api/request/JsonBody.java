package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.wire.Json;
import java.util.function.Predicate;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/** Reads bodies: bounded, then strictly as one JSON object. */
public final class JsonBody {

    /**
     * How much of a too large body is read and thrown away before it is refused, as a multiple of the limit: a client
     * that is still sending when the connection closes sees a broken connection, not the answer.
     */
    private static final int PATIENCE = 64;

    private JsonBody() {}

    /**
     * Reads the bytes of a JSON body.
     *
     * @param limit the largest accepted size in bytes
     * @return the bytes, or an {@link ApiException}: another media type, or too large
     */
    public static Mono<byte[]> bytes(ServerHttpRequest request, int limit) {
        return bytes(request, limit, type -> false);
    }

    /**
     * Reads the bytes of a body of JSON or of another type.
     *
     * @param limit the largest accepted size in bytes
     * @param alsoRead the media types that are read beside JSON's
     * @return the bytes, or an {@link ApiException}: another media type, or too large
     */
    public static Mono<byte[]> bytes(ServerHttpRequest request, int limit, Predicate<MediaType> alsoRead) {
        MediaType type = request.getHeaders().getContentType();
        if (type != null && !isJson(type) && !alsoRead.test(type)) {
            return Mono.error(new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The content type is " + type));
        }
        long announced = request.getHeaders().getContentLength();
        if (announced > limit) {
            return discard(request.getBody(), (long) limit * PATIENCE).then(Mono.error(tooLarge(limit)));
        }
        return DataBufferUtils.join(request.getBody(), limit).map(buffer -> {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            DataBufferUtils.release(buffer);
            return bytes;
        }).onErrorMap(DataBufferLimitException.class, e -> tooLarge(limit)).defaultIfEmpty(new byte[0]);
    }

    /** Parses a body, which must be one object. */
    static JsonNode object(byte[] body) {
        if (body.length == 0) {
            throw new ApiException(ErrorCode.MALFORMED_JSON, "The body is empty");
        }
        JsonNode root;
        try {
            root = Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String where = at == null ? "" : "Line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            throw new ApiException(ErrorCode.MALFORMED_JSON, where + firstLine(e.getOriginalMessage()));
        }
        if (!root.isObject()) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "The body must be a JSON object, not "
                    + Fields.shown(root));
        }
        return root;
    }

    private static boolean isJson(MediaType type) {
        return type.isCompatibleWith(MediaType.APPLICATION_JSON) || type.getSubtype().endsWith("+json");
    }

    private static Mono<Void> discard(Flux<DataBuffer> body, long atMost) {
        return body.map(buffer -> {
            int size = buffer.readableByteCount();
            DataBufferUtils.release(buffer);
            return (long) size;
        }).scan(0L, Long::sum).takeUntil(sum -> sum > atMost).then();
    }

    private static ApiException tooLarge(int limit) {
        return new ApiException(ErrorCode.BODY_TOO_LARGE, "The body is larger than " + limit + " bytes");
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
