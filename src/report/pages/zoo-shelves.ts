// What the bundled networks are for, and from when: the headings of their list, and under which each file stands, the older ones first. No figures.

interface Shelf {
  readonly title: string;
  /** Without their ending. */
  readonly files: readonly string[];
}

export const SHELVES: readonly Shelf[] = [
  {
    title: 'digits and small images (from 1998)',
    files: ['lenet5', 'lenet-caffe', 'mnist-keras', 'mnist-pytorch', 'cifar10-quick', 'cifar10-pytorch', 'historians'],
  },
  { title: 'CIFAR, deep (2013 to 2016)', files: ['nin', 'resnet-cifar', 'wrn', 'densenet-bc'] },
  {
    title: 'ImageNet: the first (2012 to 2014)',
    files: [
      'alexnet',
      'alexnet-paper',
      'alexnet-eecs498',
      'alexnet-torchvision',
      'zfnet',
      'nin-imagenet',
      'vgg16',
      'vgg19',
      'vgg',
      'vgg-paper',
    ],
  },
  {
    title: 'ImageNet: Inception (2014 to 2017)',
    files: ['googlenet', 'googlenet-paper', 'inception_v3', 'inception_v4', 'inception_resnet_v2', 'xception'],
  },
  {
    title: 'ImageNet: residual and dense (2015 to 2022)',
    files: ['resnet', 'resnet-v2', 'senet', 'res2net', 'densenet', 'hrnet', 'regnet', 'repvgg', 'convnext'],
  },
  {
    title: 'ImageNet: small and fast (2016 to 2021)',
    files: [
      'squeezenet',
      'squeezenext',
      'mobilenet_v1',
      'mobilenetv2',
      'mobilenet_v3',
      'shufflenet_v2',
      'mnasnet',
      'ghostnet',
      'efficientnet',
      'efficientnet_v2',
    ],
  },
  { title: 'ImageNet: attention and what came of it (2020 to 2022)', files: ['vit', 'swin', 'mobilevit', 'convmixer'] },
  {
    title: 'finding objects, and what that is built on (2015 to 2023)',
    files: [
      'yolov1',
      'ssd300_vgg16',
      'mtcnn-pnet',
      'mtcnn-rnet',
      'mtcnn-onet',
      'yolov2-tiny-voc',
      'yolov3',
      'yolov3-tiny',
      'yolov8',
      'darknet19',
      'darknet53',
      'cspdarknet53',
    ],
  },
  {
    title: 'a class for every pixel (2015 to 2018)',
    files: ['unet', 'fcn8s', 'deeplabv3', 'attention_unet', 'unetpp'],
  },
  { title: 'making images (2014 to 2017)', files: ['vae', 'dcgan-generator', 'dcgan-discriminator', 'edsr'] },
  {
    title: 'film, sound and other sequences (2014 to 2018)',
    files: ['c3d', 'r3d_18', 'r2plus1d_18', 'wavenet', 'm5', 'tcn'],
  },
  { title: 'driving, comparing, clouds of points (2015 to 2017)', files: ['siamese', 'pilotnet', 'pointnet'] },
  { title: 'stacks to compare', files: ['one-7x7', 'three-3x3'] },
];

/** Files that nobody has put anywhere. */
const OTHERS = 'others';

/** Shelf by shelf what stands there, in the order of its files; what is not found is left out. */
export const shelved = <T extends { readonly file: string }>(
  all: readonly T[],
): readonly { readonly title: string; readonly items: readonly T[] }[] => {
  const byFile = new Map<string, T[]>();
  for (const item of all) {
    const stem = item.file.replace(/\.ya?ml$/, '');
    byFile.set(stem, [...(byFile.get(stem) ?? []), item]);
  }
  const known = SHELVES.map(({ title, files }) => {
    const items = files.flatMap((file) => byFile.get(file) ?? []);
    for (const file of files) byFile.delete(file);
    return { title, items };
  });
  return [...known, { title: OTHERS, items: [...byFile.values()].flat() }].filter(({ items }) => items.length > 0);
};
