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
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads training specifications. */
public final class TrainingSpecs {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private TrainingSpecs() {}

    /**
     * Reads a YAML file.
     *
     * @throws SpecException if it cannot be read or does not fit; the message names the line or the field
     */
    public static TrainingSpec read(Path file) {
        try {
            return YAML.readValue(Files.readString(file), TrainingSpec.class);
        } catch (NoSuchFileException e) {
            throw new SpecException(file + " does not exist", e);
        } catch (IOException e) {
            throw new SpecException(file + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new SpecException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Returns a hash of what a specification says, whatever its comments and layout. */
    public static String sha256(TrainingSpec spec) {
        try {
            byte[] canonical = YAML.writeValueAsString(spec).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
