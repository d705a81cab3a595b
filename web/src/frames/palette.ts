import type { MermaidConfig } from 'mermaid';

import type { Theme } from '../app/theme';

const LIGHT = {
  background: '#f3f5fa',
  primaryColor: '#dfe8ff',
  primaryTextColor: '#1a2033',
  primaryBorderColor: '#6f8fe0',
  secondaryColor: '#d9f2e3',
  secondaryTextColor: '#1a2033',
  secondaryBorderColor: '#5aa37d',
  tertiaryColor: '#eceff6',
  tertiaryTextColor: '#1a2033',
  tertiaryBorderColor: '#b3bccf',
  lineColor: '#5b6478',
  textColor: '#1a2033',
  noteBkgColor: '#fdf2cd',
  noteTextColor: '#3a2f10',
  noteBorderColor: '#d3b45c',
  edgeLabelBackground: '#f3f5fa',
  errorBkgColor: '#fbdedb',
  errorTextColor: '#7a1510',
};

const DARK: typeof LIGHT = {
  background: '#12151d',
  primaryColor: '#26365f',
  primaryTextColor: '#edf0f7',
  primaryBorderColor: '#6a89d8',
  secondaryColor: '#1f4433',
  secondaryTextColor: '#edf0f7',
  secondaryBorderColor: '#5aa37d',
  tertiaryColor: '#1d222e',
  tertiaryTextColor: '#edf0f7',
  tertiaryBorderColor: '#4b5469',
  lineColor: '#a3adc2',
  textColor: '#edf0f7',
  noteBkgColor: '#453a18',
  noteTextColor: '#f7ecc8',
  noteBorderColor: '#a58b3f',
  edgeLabelBackground: '#12151d',
  errorBkgColor: '#5a2320',
  errorTextColor: '#fbdedb',
};

/** Colours of series (pie slices, branches, sections), chosen for dark letters on them. */
const SERIES = ['#9db8f7', '#8fd3ae', '#f2c879', '#d9a7ee', '#f0a3a0', '#8ed0e0', '#c3d37f', '#f3b58a', '#a9b4c9', '#e6a0c6', '#8cc5b8', '#b7aef2'];
const ON_SERIES = '#141824';

function series(): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [index, color] of SERIES.entries()) {
    named[`pie${index + 1}`] = color;
    named[`cScale${index}`] = color;
    named[`cScaleLabel${index}`] = ON_SERIES;
    if (index < 8) {
      named[`git${index}`] = color;
      named[`gitBranchLabel${index}`] = ON_SERIES;
      named[`fillType${index}`] = color;
    }
  }
  return named;
}

const allOf = (names: readonly string[], color: string) => Object.fromEntries(names.map((name) => [`${name}Color`, color]));

/** The page's panel behind a diagram. */
export const backgroundOf = (theme: Theme): string => (theme === 'dark' ? DARK : LIGHT).background;

/** Mermaid's colours that suit the page in a theme. */
export function paletteOf(theme: Theme): Pick<MermaidConfig, 'theme' | 'darkMode' | 'themeVariables' | 'themeCSS'> {
  const darkMode = theme === 'dark';
  const colors = darkMode ? DARK : LIGHT;
  return {
    theme: 'base',
    darkMode,
    themeVariables: {
      ...colors,
      ...series(),
      darkMode,
      pieSectionTextColor: ON_SERIES,
      pieOpacity: '1',
      pieStrokeColor: colors.background,
      pieOuterStrokeColor: colors.background,
      taskBkgColor: SERIES[0],
      taskBorderColor: SERIES[0],
      activeTaskBkgColor: SERIES[1],
      activeTaskBorderColor: SERIES[1],
      doneTaskBkgColor: SERIES[8],
      doneTaskBorderColor: SERIES[8],
      critBkgColor: SERIES[4],
      critBorderColor: SERIES[4],
      todayLineColor: SERIES[4],
      sectionBkgColor: colors.tertiaryColor,
      sectionBkgColor2: colors.tertiaryColor,
      altSectionBkgColor: colors.background,
      gridColor: colors.tertiaryBorderColor,
      taskTextOutsideColor: colors.textColor,
      xyChart: {
        plotColorPalette: ['#9db8f7', '#d97f3a', ...SERIES.slice(1)].join(','),
        backgroundColor: colors.background,
        ...allOf(['title', 'dataLabel', ...['xAxis', 'yAxis'].flatMap((axis) => [`${axis}Label`, `${axis}Title`])], colors.textColor),
        ...allOf(['xAxisTick', 'xAxisLine', 'yAxisTick', 'yAxisLine'], colors.lineColor),
      },
    },
    // Mermaid draws a timeline's lines black, whatever the theme.
    themeCSS: `.lineWrapper line { stroke: ${colors.lineColor}; }`,
  };
}
