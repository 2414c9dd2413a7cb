package dev.pathline.benchmarks.precision;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Writes images of a few colours as PNG with a palette, which is a third of the size. */
final class Png {
    private static final int COLOURS = 256;

    /** Shades that differ in their last bits only are taken as one. */
    private static final int COARSE = 0xF8F8F8;

    private Png() {}

    static void write(BufferedImage image, Path file) throws IOException {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                counts.merge(image.getRGB(x, y) & COARSE, 1, Integer::sum);
            }
        }
        List<Integer> palette = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(COLOURS).map(Map.Entry::getKey).toList();
        Map<Integer, Integer> nearest = new HashMap<>();
        counts.keySet().forEach(colour -> nearest.put(colour, nearest(colour, palette)));
        var indexed = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED,
                model(palette));
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                indexed.getRaster().setSample(x, y, 0, nearest.getOrDefault(image.getRGB(x, y) & COARSE, 0));
            }
        }
        ImageIO.write(indexed, "png", file.toFile());
    }

    /** The coarse shades, stretched again so that white is white. */
    private static IndexColorModel model(List<Integer> palette) {
        byte[][] channels = new byte[3][palette.size()];
        for (int i = 0; i < palette.size(); i++) {
            for (int channel = 0; channel < 3; channel++) {
                channels[channel][i] = (byte) (part(palette.get(i), channel) * 255 / 0xF8);
            }
        }
        return new IndexColorModel(8, palette.size(), channels[0], channels[1], channels[2]);
    }

    private static int nearest(int colour, List<Integer> palette) {
        return palette
                .indexOf(palette.stream().min(Comparator.comparingInt(other -> distance(colour, other))).orElseThrow());
    }

    private static int distance(int colour, int other) {
        int sum = 0;
        for (int channel = 0; channel < 3; channel++) {
            int difference = part(colour, channel) - part(other, channel);
            sum += difference * difference;
        }
        return sum;
    }

    private static int part(int colour, int channel) {
        return colour >> (16 - 8 * channel) & 0xFF;
    }
}
