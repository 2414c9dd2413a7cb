package dev.pathline.common.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImagesTest {

    private static final Raster RGB = Raster.ofSample(
            new float[]{-1, -0.5f, 0, 0.5f, 1, 2, -9, Float.NaN, 0, 1, 0, -1}, 3, 2, 2);

    @Test
    void shouldMapSamplesToPixels() {
        assertThat(Raster.ofSample(new float[]{-1, 0, 1, -3, 3, Float.NaN}, 1, 2, 3).pixels())
                .containsExactly(0, (byte) 128, (byte) 255, 0, (byte) 255, (byte) 0);
    }

    @Test
    void shouldWritePngsThatOthersRead() throws Exception {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(Png.encode(RGB)));
        assertThat(read.getWidth()).isEqualTo(2);
        assertThat(read.getRGB(0, 0)).isEqualTo(0xff00ff80);
        assertThat(read.getRGB(1, 1) & 0xffff).isEqualTo(0x0000);
        Raster grey = Raster.ofSample(new float[]{-1, 0, 1}, 1, 1, 3);
        assertThat(ImageIO.read(new ByteArrayInputStream(Png.encode(grey))).getRaster().getSample(1, 0, 0))
                .isEqualTo(128);
    }

    @Test
    void shouldReadItsOwnPngs() {
        Raster back = Png.decode(Png.withText(Png.encode(RGB), Map.of("seed", "7")));
        assertThat(back.pixels()).isEqualTo(RGB.pixels());
        assertThat(back.channels()).isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> Png.decode(new byte[10]));
        byte[] cut = Arrays.copyOf(Png.encode(RGB), 50);
        assertThatIllegalArgumentException().isThrownBy(() -> Png.decode(cut));
    }

    @Test
    void shouldAddTextThatOthersRead() throws Exception {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("seed", "7");
        text.put("label", "Bottes d'été");
        text.put("model", "模型");
        byte[] png = Png.withText(Png.encode(RGB), text);
        assertThat(new String(png, StandardCharsets.ISO_8859_1)).contains("tEXtseed\0" + "7", "iTXtmodel");
        var reader = ImageIO.getImageReadersByFormatName("png").next();
        reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(png)));
        var tree = reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
        StringBuilder found = new StringBuilder();
        for (var node = tree.getFirstChild(); node != null; node = node.getNextSibling()) {
            for (var entry = node.getFirstChild(); entry != null; entry = entry.getNextSibling()) {
                var attributes = entry.getAttributes();
                found.append(attributes.getNamedItem("keyword").getNodeValue()).append('=').append(
                        (attributes.getNamedItem("value") != null
                                ? attributes.getNamedItem("value")
                                : attributes.getNamedItem("text")).getNodeValue())
                        .append(';');
            }
        }
        assertThat(found.toString()).contains("seed=7;", "label=Bottes d'été;", "model=模型;");
    }

    @Test
    void shouldPlotPointsToOneScaleWithAColourForEachGroup() {
        // The span of 4 in x is 88% of 100 pixels: 22 pixels a unit, the middle at (0, 1).
        Raster plot = ScatterPlot.of(List.of(new float[]{-2, 1}, new float[]{2, 1}, new float[]{0, 2},
                new float[]{Float.NaN, 0}), new int[]{0, 1, 0, 0}, 100);
        assertThat(plot.width()).isEqualTo(plot.height()).isEqualTo(100);
        assertThat(pixel(plot, 5, 60)).isEqualTo(pixel(plot, 49, 38)).isNotEqualTo(0xffffff);
        assertThat(pixel(plot, 93, 60)).isNotEqualTo(0xffffff).isNotEqualTo(pixel(plot, 5, 60));
        assertThat(pixel(plot, 50, 61)).isEqualTo(0xffffff);
        assertThat(ScatterPlot.of(List.of(), new int[0], 3).pixels()).containsOnly((byte) 0xff);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScatterPlot.of(List.of(new float[3]), new int[1], 100));
    }

    private static int pixel(Raster raster, int x, int y) {
        int at = 3 * (y * raster.width() + x);
        return (raster.pixels()[at] & 0xff) << 16 | (raster.pixels()[at + 1] & 0xff) << 8
                | raster.pixels()[at + 2] & 0xff;
    }

    @Test
    void shouldLayOutASheet() {
        Raster black = new Raster(1, 1, 1, new byte[]{0});
        Raster sheet = ContactSheet.of(List.of(black, black, black));
        assertThat(sheet.width()).isEqualTo(4);
        assertThat(sheet.height()).isEqualTo(4);
        assertThat(sheet.pixels()).containsExactly(
                0, -1, -1, 0,
                -1, -1, -1, -1,
                -1, -1, -1, -1,
                0, -1, -1, -1);
        assertThat(ContactSheet.of(List.of(black)).pixels()).containsExactly(0);
    }

    @Test
    void shouldEnlargeEveryPixelToASquare() {
        Raster large = new Raster(2, 1, 3, new byte[]{1, 2, 3, 4, 5, 6}).enlarged(2);

        assertThat(large.width()).isEqualTo(4);
        assertThat(large.height()).isEqualTo(2);
        assertThat(large.pixels()).containsExactly(1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5,
                6);
    }
}
