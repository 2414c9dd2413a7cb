package dev.pathline.engine;
import dev.pathline.engine.graph.*;
import dev.pathline.engine.network.*;
import dev.pathline.engine.script.*;
import dev.pathline.engine.torch.*;
import java.util.*;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
public class Probe {
    public static void main(String[] a) {
        Torch torch = Torch.open("cpu");
        int[] ch = Arrays.stream(a[0].split(",")).mapToInt(Integer::parseInt).toArray();
        int groups = Integer.parseInt(a[1]);
        int batch = Integer.parseInt(a[2]);
        var cfg = new UNet2DConfig(28,1,1,Arrays.stream(ch).boxed().toList(),List.of("DownBlock2D","DownBlock2D","AttnDownBlock2D"),List.of("AttnUpBlock2D","UpBlock2D","UpBlock2D"),1,32,groups,1e-5,true,0,1,11);
        Network net = UNet2D.build(cfg);
        System.out.println("params "+net.parameterCount()+" tensors "+net.parameters().size()+" MFLOP "+net.flops()/1e6);
        try (var ct = new ComputeThread("c", 2)) { ct.call(() -> { 
            if (a.length>4) ai.djl.pytorch.jni.JniUtils.setGraphExecutorOptimize(false);
            for (String pn : a[3].split(",")) {
            var prof = NumericProfile.named(pn);
            try (var m = torch.newManager(); var prog = new TrainingProgram(torch, net, prof, new TrainingProgram.Loss.Denoising(), new TrainingProgram.AdamW(.9,.999,1e-8,.01,1))) {
                List<NDArray> w=new ArrayList<>(),m1=new ArrayList<>(),m2=new ArrayList<>(),e=new ArrayList<>();
                for (var p: net.parameters()) { Shape s=new Shape(p.shape().stream().mapToLong(i->i).toArray()); float[] v=Initializer.values(p,1); w.add(m.create(v,s)); e.add(m.create(v,s)); m1.add(m.zeros(s)); m2.add(m.zeros(s)); }
                var st=new TrainingProgram.State(w,m1,m2,e);
                Random r=new Random(1); float[] x=new float[batch*784], n=new float[batch*784], c=new float[batch*7]; long[] y=new long[batch];
                for(int i=0;i<x.length;i++){x[i]=(float)Math.sin(i*.01);n[i]=(float)r.nextGaussian();}
                for(int i=0;i<batch;i++){float t=r.nextFloat();c[i*7]=1-t;c[i*7+1]=t;c[i*7+2]=1;c[i*7+3]=t*1000;c[i*7+4]=-1;c[i*7+5]=1;c[i*7+6]=1;y[i]=i%11;}
                double best=1e9;
                for(int k=1;k<=8;k++){ long t0=System.nanoTime(); try(var sm=m.newSubManager()){
                    NDList o=prog.denoise(sm, sm.create(x,new Shape(batch,1,28,28)), sm.create(n,new Shape(batch,1,28,28)), sm.create(c,new Shape(batch,7)), List.of(sm.create(y)), st, new TrainingProgram.Step(1e-3,.99,k));
                    float[] rows=o.get(0).toFloatArray(); double s=0; for(float f:rows)s+=f; float norm=o.get(1).getFloat();
                    double ms=(System.nanoTime()-t0)/1e6; best=Math.min(best,ms); System.out.printf("%s step %d loss %.5f norm %.4f %.1f ms %.1f img/s%n",pn,k,s/batch,norm,ms,batch/ms*1e3);
                }}
            }} return null; }); }
    }
}
