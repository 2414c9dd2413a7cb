package dev.pathline.trainer.facts;

import dev.pathline.common.report.RunHistory.Entry;
import dev.pathline.common.report.RunHistory;
import dev.pathline.common.report.RunReport.Sheet;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.trainer.life.RunFiles;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sample sheets of a run as pictures for a page. */
final class SheetPictures {

    private static final Logger LOG = LoggerFactory.getLogger(SheetPictures.class);

    private static final int MOST = 12;
    /** Wider pictures are made smaller: a report stays small enough to be sent. */
    private static final int WIDEST = 480;

    private SheetPictures() {}

    /** Returns the sheets of a run that can be read: the first, the last, and some evenly between them. */
    static List<Sheet> of(Path run, RunHistory history) {
        List<Long> steps = history.of(TrainingRunEvent.Sheet.class).stream().map(Entry::step).distinct().sorted()
                .filter(step -> Files.isRegularFile(RunFiles.sheet(run, step))).toList();
        var sheets = new ArrayList<Sheet>();
        int count = Math.min(MOST, steps.size());
        for (int i = 0; i < count; i++) {
            long step = steps.get(count == 1 ? 0 : (int) Math.round((double) i * (steps.size() - 1) / (count - 1)));
            try {
                sheets.add(new Sheet(step, "data:image/png;base64,"
                        + Base64.getEncoder().encodeToString(small(Files.readAllBytes(RunFiles.sheet(run, step))))));
            } catch (IOException e) {
                LOG.warn("a report goes without the sheet {}: {}", RunFiles.sheet(run, step), e.getMessage());
            }
        }
        return sheets;
    }

    private static byte[] small(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        if (image == null) {
            throw new IOException("it is no picture");
        }
        if (image.getWidth() <= WIDEST) {
            return png;
        }
        int height = Math.max(1, Math.toIntExact(Math.round((double) image.getHeight() * WIDEST / image.getWidth())));
        var smaller = new BufferedImage(WIDEST, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = smaller.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, WIDEST, height, null);
        graphics.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(smaller, "png", bytes);
        return bytes.toByteArray();
    }
}
