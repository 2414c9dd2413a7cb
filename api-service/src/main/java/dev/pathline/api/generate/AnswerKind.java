package dev.pathline.api.generate;

import java.util.Arrays;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.NotAcceptableStatusException;

/** The forms an answer can have, the first being the default. */
enum AnswerKind {
    /** The finished job with its images inline. */
    JSON(MediaType.APPLICATION_JSON_VALUE),
    /** The events as they happen. */
    EVENTS(MediaType.TEXT_EVENT_STREAM_VALUE),
    /** The picture, or a contact sheet. */
    PICTURE(MediaType.IMAGE_PNG_VALUE);

    private static final String RESPOND_ASYNC = "respond-async";

    private final String type;

    AnswerKind(String type) {
        this.type = type;
    }

    MediaType type() {
        return MediaType.parseMediaType(type);
    }

    /** The form that the {@code Accept} header prefers. */
    static AnswerKind accepted(HttpHeaders headers) {
        List<MediaType> wanted;
        try {
            wanted = headers.getAccept().stream().sorted((a, b) -> Double.compare(b.getQualityValue(),
                    a.getQualityValue())).toList();
        } catch (InvalidMediaTypeException e) {
            throw new NotAcceptableStatusException(supported());
        }
        if (wanted.isEmpty()) {
            return JSON;
        }
        return wanted.stream().filter(type -> type.getQualityValue() > 0)
                .flatMap(type -> Arrays.stream(values()).filter(kind -> type.includes(kind.type()))).findFirst()
                .orElseThrow(() -> new NotAcceptableStatusException(supported()));
    }

    /** Whether the client prefers not to wait (RFC 7240). */
    static boolean respondAsync(HttpHeaders headers) {
        return headers.getOrEmpty("Prefer").stream().flatMap(value -> Arrays.stream(value.split("[,;]", -1)))
                .anyMatch(preference -> preference.strip().equalsIgnoreCase(RESPOND_ASYNC));
    }

    private static List<MediaType> supported() {
        return Arrays.stream(values()).map(AnswerKind::type).toList();
    }
}
