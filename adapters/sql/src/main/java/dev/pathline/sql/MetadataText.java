package dev.pathline.sql;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Metadata as one text in which an entry can be looked for exactly, by what every database has. */
final class MetadataText {

    private MetadataText() {}

    /** Returns all entries, each as {@link #entry}. */
    static String of(Map<String, String> metadata) {
        return metadata.entrySet().stream().map(entry -> entry(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
    }

    /** Returns an entry: no other has it as a part of it. */
    static String entry(String name, String value) {
        return "&" + encoded(name) + "=" + encoded(value) + "&";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
