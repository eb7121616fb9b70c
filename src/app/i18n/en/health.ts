/** Health. */
export const health = {
  'health.title': 'Health',
  'health.lead': 'What works and what does not, as far as this page can know.',
} as const;
