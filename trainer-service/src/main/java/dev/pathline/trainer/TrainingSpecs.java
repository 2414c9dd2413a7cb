package dev.pathline.trainer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads training specifications. */
public final class TrainingSpecs {

    private static final YAMLMapper YAML = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private TrainingSpecs() {}

    /**
     * Reads a YAML file.
     *
     * @throws SpecException if it cannot be read or does not fit; the message has every mistake with its field's name
     */
    public static TrainingSpec read(Path file) {
        try {
            String text = Files.readString(file);
            return SpecReader.read(YAML.readTree(text), new TrainingSpec.Source(file.toString(), sha256(text)));
        } catch (NoSuchFileException e) {
            throw new SpecException("there is no file " + file, e);
        } catch (IOException e) {
            throw new SpecException(file + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            String what = e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed");
            throw new SpecException(file + " is not YAML: line " + e.getLocation().getLineNr() + ": " + what, e);
        }
    }

    /** Returns the SHA-256 of a text in UTF-8, in hexadecimal. */
    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
