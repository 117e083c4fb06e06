// Photos are made smaller on the phone: about 100 KB, 200 at most; drawing them anew leaves position and camera behind.
export const GOAL = 100 * 1024;
export const MOST = 200 * 1024;
const EDGES = [1280, 1024, 800, 640] as const;
const QUALITIES = [0.75, 0.6, 0.45, 0.3] as const;

function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("photo"))), "image/jpeg", quality);
  });
}

function drawn(source: ImageBitmap, edge: number): HTMLCanvasElement {
  const scale = Math.min(1, edge / Math.max(source.width, source.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  const paint = canvas.getContext("2d", { alpha: false });
  if (!paint) throw new Error("photo");
  paint.imageSmoothingQuality = "high";
  paint.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The picture as a JPEG of about 100 KB and never above 200 KB. Throws where the file is no picture. */
export async function shrink(file: Blob): Promise<Blob> {
  const source = await createImageBitmap(file, { imageOrientation: "from-image" });
  let best: Blob | null = null;
  try {
    for (const edge of EDGES) {
      const canvas = drawn(source, edge);
      for (const quality of QUALITIES) {
        const blob = await jpeg(canvas, quality);
        if (blob.size <= GOAL) return blob;
        if (blob.size <= MOST && (!best || blob.size < best.size)) best = blob;
      }
      // Sharp enough at this size: a smaller edge would only lose what the photo is taken for.
      if (best && best.size <= GOAL * 1.3) return best;
    }
  } finally {
    source.close();
  }
  if (!best) throw new Error("photo_too_large");
  return best;
}
